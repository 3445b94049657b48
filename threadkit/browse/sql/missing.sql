-- What is missing, masked or uncertain, and where that shows.

-- name: kinds
SELECT substr(name, 10) AS kind, amount FROM archive_counts WHERE name >= 'findings:' AND name < 'findings;'

-- name: in_order
-- For a number of findings that can be sorted while a reader waits.
SELECT f.id FROM findings AS f WHERE f.kind = :kind ORDER BY f.certainty, f.source_id, f.first_line, f.id LIMIT :most OFFSET :skip

-- name: as_they_lie
SELECT f.id FROM findings AS f WHERE f.kind = :kind ORDER BY f.id LIMIT :most OFFSET :skip

-- name: shown
SELECT f.id, f.kind, f.certainty, f.detail, f.rule, f.message_id, f.attachment_id, f.document_id, f.person_id, f.source_id, f.first_line, f.last_line,
  m.subject, m.sent_at, m.sender_id, s.name AS sender, a.filename, d.title, p.name AS person,
  (SELECT min(name) FROM source_names WHERE source_id = f.source_id) AS source
FROM json_each(:ids) AS wanted JOIN findings AS f ON f.id = wanted.value
LEFT JOIN messages AS m ON m.id = f.message_id LEFT JOIN people AS s ON s.id = m.sender_id LEFT JOIN attachments AS a ON a.id = f.attachment_id
LEFT JOIN documents AS d ON d.id = f.document_id LEFT JOIN people AS p ON p.id = f.person_id

-- name: exceptions
SELECT name, member, detail FROM exceptions ORDER BY import_id DESC, position LIMIT :most
