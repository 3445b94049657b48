-- Attached files and documents: where a file was named, by whom, when, and whether its text is in the release.

-- name: attachments
SELECT a.id, a.filename, a.extension FROM attachments AS a ORDER BY a.filename LIMIT :most OFFSET :skip

-- name: attachments_named
SELECT a.id, a.filename, a.extension FROM attachments AS a WHERE a.filename LIKE :loose AND threadkit_fold(a.filename) LIKE :folded ORDER BY a.filename LIMIT :most

-- name: not_released
SELECT a.id, a.filename, a.extension FROM findings AS f JOIN attachments AS a ON a.id = f.attachment_id
WHERE f.kind = 'attachment-not-released' GROUP BY a.id ORDER BY a.filename LIMIT :most OFFSET :skip

-- name: uses
SELECT wanted.value AS id,
  (SELECT count(*) FROM message_attachments WHERE attachment_id = wanted.value) AS message_count,
  (SELECT min(d.id) FROM documents AS d WHERE d.attachment_id = wanted.value) AS document_id,
  (SELECT min(f.certainty) FROM findings AS f WHERE f.attachment_id = wanted.value AND f.kind = 'attachment-not-released') AS not_released
FROM json_each(:ids) AS wanted

-- name: attachment
SELECT id, filename, extension, rule FROM attachments WHERE id = :id

-- name: named_by
SELECT x.filename, x.text, x.rule, m.id, m.subject, m.sent_at, m.sender_id, m.standing, p.name AS sender
FROM (SELECT * FROM message_attachments WHERE attachment_id = :id LIMIT :scanned) AS x JOIN messages AS m ON m.id = x.message_id LEFT JOIN people AS p ON p.id = m.sender_id
ORDER BY m.sent_at IS NULL, m.sent_at, m.id LIMIT :most

-- name: texts_of
SELECT d.id, d.title, d.kind, d.confidence, d.rule, d.source_id, d.first_line, d.last_line, (SELECT min(name) FROM source_names WHERE source_id = d.source_id) AS source
FROM documents AS d WHERE d.attachment_id = :id ORDER BY d.confidence DESC, d.id LIMIT :most

-- name: findings_of_attachment
SELECT id FROM findings WHERE attachment_id = :id LIMIT :most

-- name: findings_of_document
SELECT id FROM findings WHERE document_id = :id LIMIT :most

-- name: documents
SELECT d.id, d.title, d.kind, d.source_id, d.first_line, d.last_line, d.attachment_id, a.filename, (SELECT min(name) FROM source_names WHERE source_id = d.source_id) AS source
FROM documents AS d LEFT JOIN attachments AS a ON a.id = d.attachment_id ORDER BY d.source_id, d.first_line LIMIT :most OFFSET :skip

-- name: documents_of_kind
SELECT d.id, d.title, d.kind, d.source_id, d.first_line, d.last_line, d.attachment_id, a.filename, (SELECT min(name) FROM source_names WHERE source_id = d.source_id) AS source
FROM documents AS d LEFT JOIN attachments AS a ON a.id = d.attachment_id WHERE d.kind = :kind ORDER BY d.id LIMIT :most OFFSET :skip

-- name: kinds
SELECT kind, count(*) AS document_count FROM documents GROUP BY kind ORDER BY document_count DESC

-- name: document
SELECT d.id, d.title, d.kind, d.confidence, d.rule, d.source_id, d.first_line, d.last_line, d.attachment_id, a.filename,
  (SELECT min(name) FROM source_names WHERE source_id = d.source_id) AS source
FROM documents AS d LEFT JOIN attachments AS a ON a.id = d.attachment_id WHERE d.id = :id
