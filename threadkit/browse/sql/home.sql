-- The archive's home: what is in it, how complete it is, and where to begin.

-- name: counts
SELECT name, amount FROM archive_counts

-- name: period
SELECT (SELECT min(sent_at) FROM messages) AS first_sent_at, (SELECT max(sent_at) FROM messages) AS last_sent_at,
  (SELECT count(*) FROM sources WHERE superseded_by IS NULL) AS source_count

-- name: months
SELECT month, messages, released FROM month_counts ORDER BY month

-- name: longest_threads
SELECT id, subject, first_sent_at, last_sent_at, message_count, person_count FROM threads ORDER BY message_count DESC, id DESC LIMIT :most

-- name: busiest_people
SELECT p.id, p.name, p.kind, c.sent, c.received FROM person_counts AS c JOIN people AS p ON p.id = c.person_id WHERE c.sent > 0 ORDER BY c.sent DESC LIMIT :most

-- name: sources
SELECT s.id, s.media_type, s.page_count, s.line_count, (SELECT min(name) FROM source_names WHERE source_id = s.id) AS name
FROM sources AS s WHERE s.superseded_by IS NULL ORDER BY s.id LIMIT :most
