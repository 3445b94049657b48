-- Who writes to whom: the pairs with the most messages, in all, around one person, in a period, a conversation, or under a subject.

-- name: pairs
SELECT sender_id, recipient_id, messages FROM correspondence ORDER BY messages DESC LIMIT :most

-- name: pairs_of_person
SELECT sender_id, recipient_id, messages FROM (
  SELECT * FROM (SELECT sender_id, recipient_id, messages FROM correspondence WHERE sender_id = :person ORDER BY messages DESC LIMIT :most)
  UNION SELECT * FROM (SELECT sender_id, recipient_id, messages FROM correspondence WHERE recipient_id = :person ORDER BY messages DESC LIMIT :most)
) ORDER BY messages DESC LIMIT :most

-- name: pairs_among
SELECT c.sender_id, c.recipient_id, c.messages FROM json_each(:ids) AS a CROSS JOIN json_each(:ids) AS b
CROSS JOIN correspondence AS c ON c.sender_id = a.value AND c.recipient_id = b.value ORDER BY c.messages DESC LIMIT :most

-- name: pairs_of_period
SELECT m.sender_id, r.person_id AS recipient_id, count(DISTINCT m.id) AS messages
FROM (SELECT id, sender_id FROM messages WHERE sent_at >= :from AND sent_at < :to ORDER BY sent_at LIMIT :scanned) AS m
JOIN participant_rows AS r ON r.message_id = m.id AND r.role IN ('to', 'cc', 'bcc')
WHERE m.sender_id IS NOT NULL AND r.person_id IS NOT NULL GROUP BY m.sender_id, r.person_id ORDER BY messages DESC, m.sender_id, r.person_id LIMIT :most

-- name: pairs_of_thread
SELECT m.sender_id, r.person_id AS recipient_id, count(DISTINCT m.id) AS messages
FROM (SELECT id, sender_id FROM messages WHERE thread_id = :thread AND coalesce(sent_at, '') >= :from AND coalesce(sent_at, '') < :to LIMIT :scanned) AS m
JOIN participant_rows AS r ON r.message_id = m.id AND r.role IN ('to', 'cc', 'bcc')
WHERE m.sender_id IS NOT NULL AND r.person_id IS NOT NULL GROUP BY m.sender_id, r.person_id ORDER BY messages DESC, m.sender_id, r.person_id LIMIT :most

-- name: pairs_of_subject
SELECT m.sender_id, r.person_id AS recipient_id, count(DISTINCT m.id) AS messages
FROM (SELECT m.id, m.sender_id FROM messages_fts AS f JOIN messages AS m ON m.search_row = f.rowid
  WHERE f.messages_fts MATCH :match AND coalesce(m.sent_at, '') >= :from AND coalesce(m.sent_at, '') < :to LIMIT :scanned) AS m
JOIN participant_rows AS r ON r.message_id = m.id AND r.role IN ('to', 'cc', 'bcc')
WHERE m.sender_id IS NOT NULL AND r.person_id IS NOT NULL GROUP BY m.sender_id, r.person_id ORDER BY messages DESC, m.sender_id, r.person_id LIMIT :most

-- name: names
SELECT p.id, p.name, p.kind FROM json_each(:ids) AS wanted JOIN people AS p ON p.id = wanted.value
