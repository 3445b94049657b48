-- Messages as they are read: heads, people, attachments, why each stands where it does. :ids is a JSON list of at most a page of them.

-- name: heads
SELECT m.id, m.kind, m.thread_id, m.parent_id, m.relation, m.standing, m.sender_id, m.sent_at, m.sent_precision, m.sent_utc, m.sent_text, m.subject,
  m.subject_base, m.occurrence_id, m.occurrence_count, m.rule, p.name AS sender, o.source_id, o.first_line, o.last_line, o.first_page, o.layout, o.signature_id,
  (SELECT min(name) FROM source_names WHERE source_id = o.source_id) AS source,
  (SELECT p.label FROM pages AS p JOIN sources AS s ON s.id = p.source_id WHERE p.source_id = o.source_id AND p.number = o.first_page AND s.encoding <> 'mime') AS page_label
FROM json_each(:ids) AS wanted JOIN messages AS m ON m.id = wanted.value
LEFT JOIN people AS p ON p.id = m.sender_id LEFT JOIN occurrence_rows AS o ON o.id = m.occurrence_id

-- name: participants
SELECT r.message_id, r.role, r.position, r.person_id, p.name AS person, r.name, r.email, r.text, r.rule
FROM json_each(:ids) AS wanted JOIN participants AS r ON r.message_id = wanted.value LEFT JOIN people AS p ON p.id = r.person_id
ORDER BY r.message_id, r.role, r.position LIMIT :most

-- name: attachments
SELECT x.message_id, x.position, x.attachment_id, x.filename, x.text, x.rule, a.extension,
  (SELECT min(d.id) FROM documents AS d WHERE d.attachment_id = x.attachment_id) AS document_id
FROM json_each(:ids) AS wanted JOIN message_attachments AS x ON x.message_id = wanted.value JOIN attachments AS a ON a.id = x.attachment_id
ORDER BY x.message_id, x.position LIMIT :most

-- name: links
SELECT l.child_id, l.parent_id, l.relation, l.confidence, l.verdict, l.rule, l.evidence, m.sent_at, m.subject, m.thread_id, m.sender_id, p.name AS sender
FROM json_each(:ids) AS wanted JOIN links AS l ON l.child_id = wanted.value JOIN messages AS m ON m.id = l.parent_id LEFT JOIN people AS p ON p.id = m.sender_id
ORDER BY l.child_id, l.verdict, l.confidence DESC, l.parent_id LIMIT :most

-- name: findings
SELECT f.id, f.message_id, f.kind, f.certainty, f.detail, f.rule, f.source_id, f.first_line, f.last_line, f.attachment_id
FROM json_each(:ids) AS wanted JOIN findings AS f ON f.message_id = wanted.value
ORDER BY f.message_id, f.kind, f.id LIMIT :most

-- name: disclaimers
SELECT wanted.value AS occurrence_id, s.source_id, s.first_line, s.last_line
FROM json_each(:ids) AS wanted JOIN segment_rows AS s ON s.occurrence_id = wanted.value JOIN segment_kinds AS k ON k.id = s.what_id
WHERE k.kind = 'disclaimer' ORDER BY s.source_id, s.position LIMIT :most
