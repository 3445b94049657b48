-- The archive's home: what is in it, how complete it is, and where to begin.

-- name: counts
SELECT
  (SELECT count(*) FROM sources WHERE superseded_by IS NULL) AS source_count,
  (SELECT count(*) FROM people) AS person_count,
  (SELECT count(*) FROM threads) AS thread_count,
  (SELECT count(*) FROM attachments) AS attachment_count,
  (SELECT count(*) FROM documents) AS document_count,
  (SELECT min(sent_at) FROM messages) AS first_sent_at,
  (SELECT max(sent_at) FROM messages) AS last_sent_at

-- name: standings
SELECT standing, count(*) AS message_count FROM messages GROUP BY standing

-- name: findings
SELECT kind, count(*) AS finding_count FROM findings GROUP BY kind

-- name: months
SELECT substr(sent_at, 1, 7) AS month, count(*) AS message_count, sum(standing = 'released') AS released_count
FROM messages WHERE sent_at IS NOT NULL GROUP BY month ORDER BY month

-- name: longest_threads
SELECT id, subject, first_sent_at, last_sent_at, message_count, person_count FROM threads ORDER BY message_count DESC, id LIMIT :most

-- name: busiest_people
SELECT p.id, p.name, p.kind, count(*) AS sent_count
FROM messages AS m JOIN people AS p ON p.id = m.sender_id GROUP BY p.id ORDER BY sent_count DESC, p.sort_name LIMIT :most

-- name: sources
SELECT s.id, s.media_type, s.page_count, s.line_count, (SELECT min(name) FROM source_names WHERE source_id = s.id) AS name
FROM sources AS s WHERE s.superseded_by IS NULL ORDER BY name, s.id LIMIT :most
