-- One message: every place where it stands, what is printed there, and its neighbours.

-- name: former
SELECT message_id FROM former_ids WHERE former_id = :id

-- name: occurrences
SELECT o.id, o.source_id, o.ordinal, o.standing, o.depth, o.within_id, o.first_line, o.last_line, o.first_page, o.layout, o.sent_at, o.sent_text, o.sent_rule,
  o.sent_conflict, o.subject, o.own_body IS NULL AS same_body, o.body_words, (SELECT min(name) FROM source_names WHERE source_id = o.source_id) AS source,
  (SELECT p.label FROM pages AS p JOIN sources AS s ON s.id = p.source_id WHERE p.source_id = o.source_id AND p.number = o.first_page AND s.encoding <> 'mime') AS page_label, w.message_id AS within_message
FROM occurrence_rows AS o LEFT JOIN occurrence_rows AS w ON w.id = o.within_id WHERE o.message_id = :id
ORDER BY CASE o.standing WHEN 'released' THEN 0 WHEN 'quoted' THEN 1 ELSE 2 END, source, o.first_line, o.id LIMIT :most

-- name: fields
SELECT h.position, h.field, h.label, h.first_line, h.last_line, substr(h.text, 1, 4000) AS text
FROM header_fields AS h WHERE h.occurrence_id = :occurrence ORDER BY h.position LIMIT :most

-- name: mailboxes
SELECT b.field, b.position, b.text, b.name, b.email, b.unit, b.rule FROM mailboxes AS b WHERE b.occurrence_id = :occurrence
ORDER BY b.field, b.position LIMIT :most

-- name: children
SELECT m.id, m.relation, m.sent_at, m.subject, m.sender_id, p.name AS sender
FROM messages AS m LEFT JOIN people AS p ON p.id = m.sender_id WHERE m.parent_id = :id ORDER BY m.sent_at IS NULL, m.sent_at, m.id LIMIT :most

-- name: before_in_time
SELECT id, subject, sent_at FROM messages WHERE sent_at <= :sent_at AND (sent_at, id) < (:sent_at, :id) ORDER BY sent_at DESC, id DESC LIMIT 1

-- name: after_in_time
SELECT id, subject, sent_at FROM messages WHERE sent_at >= :sent_at AND (sent_at, id) > (:sent_at, :id) ORDER BY sent_at, id LIMIT 1

-- name: rfc_ids
SELECT rfc_message_id FROM message_ids WHERE message_id = :id ORDER BY rfc_message_id LIMIT 20

-- name: thread
SELECT id, subject, message_count FROM threads WHERE id = :id

-- name: source
SELECT sha256 FROM sources WHERE id = :id

-- name: defects
SELECT source_id, first_line, last_line, code, detail FROM defects WHERE source_id = :source AND first_line <= :last AND last_line >= :first
ORDER BY position LIMIT :most

-- name: own_body
SELECT id FROM occurrence_rows WHERE id = :id AND message_id = :message
