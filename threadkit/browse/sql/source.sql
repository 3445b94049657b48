-- The text of a source, page by page, and what each run of it is.
-- Pages and segments lie in the order of their lines, so that a line is found by halving, without an index of its own.

-- name: source
SELECT id, sha256, media_type, encoding, byte_count, line_count, page_count, container_id, member, superseded_by,
  (SELECT min(name) FROM source_names WHERE source_id = sources.id) AS name
FROM sources WHERE id = :id

-- name: names
SELECT name FROM source_names WHERE source_id = :id ORDER BY name LIMIT 20

-- name: list
SELECT s.id, s.media_type, s.encoding, s.byte_count, s.line_count, s.page_count, s.superseded_by, s.container_id, s.member,
  (SELECT min(name) FROM source_names WHERE source_id = s.id) AS name
FROM sources AS s WHERE s.id > :after ORDER BY s.id LIMIT :most

-- name: page_bounds
SELECT (SELECT number FROM pages WHERE source_id = :source ORDER BY number LIMIT 1) AS low,
  (SELECT number FROM pages WHERE source_id = :source ORDER BY number DESC LIMIT 1) AS high

-- name: page_probe
SELECT number AS place, first_line FROM pages WHERE source_id = :source AND number >= :place ORDER BY number LIMIT 1

-- name: pages_from
SELECT rowid AS page_row, number, label, first_line FROM pages WHERE source_id = :source AND number >= :number ORDER BY number LIMIT :most

-- name: segment_bounds
SELECT (SELECT position FROM segment_rows WHERE source_id = :source ORDER BY position LIMIT 1) AS low,
  (SELECT position FROM segment_rows WHERE source_id = :source ORDER BY position DESC LIMIT 1) AS high

-- name: segment_probe
SELECT position AS place, first_line FROM segment_rows WHERE source_id = :source AND position >= :place ORDER BY position LIMIT 1

-- name: segments_from
SELECT s.position, s.first_line, s.last_line, s.occurrence_id, s.document_id, k.kind, k.rule, o.message_id, o.standing, m.subject, m.sent_at, p.name AS sender, d.title
FROM segment_rows AS s JOIN segment_kinds AS k ON k.id = s.what_id LEFT JOIN occurrence_rows AS o ON o.id = s.occurrence_id
LEFT JOIN messages AS m ON m.id = o.message_id LEFT JOIN people AS p ON p.id = m.sender_id LEFT JOIN documents AS d ON d.id = s.document_id
WHERE s.source_id = :source AND s.position >= :position AND s.position < :position + :most ORDER BY s.position

-- name: defects
SELECT position, stage, first_line, last_line, code, detail FROM defects WHERE source_id = :source ORDER BY position LIMIT :most
