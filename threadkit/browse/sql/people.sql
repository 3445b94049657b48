-- People, one by one and as a list.

-- name: by_name
SELECT p.id, p.name, p.sort_name, p.kind, c.sent, c.received, c.first_month, c.last_month
FROM people AS p LEFT JOIN person_counts AS c ON c.person_id = p.id ORDER BY p.sort_name LIMIT :most OFFSET :skip

-- name: sort_names
SELECT id, sort_name FROM people ORDER BY sort_name LIMIT :most

-- name: these
SELECT p.id, p.name, p.sort_name, p.kind, c.sent, c.received, c.first_month, c.last_month
FROM json_each(:ids) AS wanted JOIN people AS p ON p.id = wanted.value LEFT JOIN person_counts AS c ON c.person_id = p.id ORDER BY wanted.key

-- name: by_sent
SELECT p.id, p.name, p.sort_name, p.kind, c.sent, c.received, c.first_month, c.last_month
FROM person_counts AS c JOIN people AS p ON p.id = c.person_id ORDER BY c.sent DESC LIMIT :most OFFSET :skip

-- name: named
-- :loose keeps the letters that never carry an accent, so that few names have to be folded.
SELECT p.id, p.name, p.sort_name, p.kind, c.sent, c.received, c.first_month, c.last_month
FROM people AS p LEFT JOIN person_counts AS c ON c.person_id = p.id
WHERE (p.name LIKE :loose AND threadkit_fold(p.name) LIKE :folded) OR (p.sort_name LIKE :loose AND threadkit_fold(p.sort_name) LIKE :folded)
  OR p.id IN (SELECT person_id FROM addresses WHERE email LIKE :folded)
ORDER BY p.sort_name LIMIT :most

-- name: person
SELECT p.id, p.name, p.sort_name, p.kind, p.rule, c.sent, c.received, c.first_month, c.last_month
FROM people AS p LEFT JOIN person_counts AS c ON c.person_id = p.id WHERE p.id = :id

-- name: names
SELECT name, rule FROM names WHERE person_id = :id ORDER BY name LIMIT :most

-- name: addresses
SELECT email, rule FROM addresses WHERE person_id = :id ORDER BY email LIMIT :most

-- name: printed
-- How headers print the person, how often among the first :scanned places, and one message that does.
SELECT r.text, r.name, r.email, r.rule, x.use_count, x.message_id FROM (
  SELECT printed_id, count(*) AS use_count, min(message_id) AS message_id
  FROM (SELECT printed_id, message_id FROM participant_rows WHERE person_id = :id LIMIT :scanned) GROUP BY printed_id ORDER BY use_count DESC LIMIT :most
) AS x JOIN printed_participants AS r ON r.id = x.printed_id ORDER BY x.use_count DESC, r.text

-- name: signatures
-- What stands under the person's messages, from when to when, among the first :scanned of them.
SELECT o.signature_id, min(m.sent_at) AS first_sent_at, max(m.sent_at) AS last_sent_at, count(*) AS use_count, min(m.id) AS message_id
FROM (SELECT id, sent_at, occurrence_id FROM messages WHERE sender_id = :id LIMIT :scanned) AS m JOIN occurrence_rows AS o ON o.id = m.occurrence_id
WHERE o.signature_id IS NOT NULL GROUP BY o.signature_id ORDER BY first_sent_at IS NULL, first_sent_at, o.signature_id LIMIT :most

-- name: units
SELECT b.unit, min(m.sent_at) AS first_sent_at, max(m.sent_at) AS last_sent_at, count(*) AS use_count
FROM (SELECT id, sent_at, occurrence_id FROM messages WHERE sender_id = :id LIMIT :scanned) AS m
JOIN mailbox_rows AS f ON f.occurrence_id = m.occurrence_id AND f.field = 'from' JOIN printed_mailboxes AS b ON b.id = f.printed_id
WHERE b.unit IS NOT NULL GROUP BY b.unit ORDER BY first_sent_at IS NULL, first_sent_at LIMIT :most

-- name: writes_to
SELECT p.id, p.name, c.messages, c.first_sent_at, c.last_sent_at
FROM (SELECT * FROM correspondence WHERE sender_id = :id ORDER BY messages DESC, recipient_id DESC LIMIT :most) AS c
JOIN people AS p ON p.id = c.recipient_id ORDER BY c.messages DESC, p.sort_name

-- name: hears_from
SELECT p.id, p.name, c.messages, c.first_sent_at, c.last_sent_at
FROM (SELECT * FROM correspondence WHERE recipient_id = :id ORDER BY messages DESC, sender_id DESC LIMIT :most) AS c
JOIN people AS p ON p.id = c.sender_id ORDER BY c.messages DESC, p.sort_name

-- name: months
SELECT month, sent, received, sent + received AS both_ways FROM person_months WHERE person_id = :id ORDER BY month

-- name: messages_of_month
SELECT m.id, m.sent_at, m.subject, m.standing, m.sender_id, m.thread_id, s.name AS sender,
  (SELECT min(role) FROM participant_rows WHERE message_id = m.id AND person_id = :id) AS role,
  (SELECT group_concat(name, ', ') FROM (SELECT coalesce(r.name, r.email, r.text) AS name FROM participants AS r
    WHERE r.message_id = m.id AND r.role = 'to' AND m.sender_id = :id ORDER BY r.position LIMIT 4)) AS recipients
FROM messages AS m LEFT JOIN people AS s ON s.id = m.sender_id
WHERE m.sent_at >= :month AND m.sent_at < :next AND EXISTS (SELECT 1 FROM participant_rows AS r WHERE r.message_id = m.id AND r.person_id = :id)
ORDER BY m.sent_at DESC, m.id DESC LIMIT :most OFFSET :skip

-- name: messages_without_date
SELECT m.id, m.sent_at, m.subject, m.standing, m.sender_id, m.thread_id, s.name AS sender,
  (SELECT min(role) FROM participant_rows WHERE message_id = m.id AND person_id = :id) AS role,
  (SELECT group_concat(name, ', ') FROM (SELECT coalesce(r.name, r.email, r.text) AS name FROM participants AS r
    WHERE r.message_id = m.id AND r.role = 'to' AND m.sender_id = :id ORDER BY r.position LIMIT 4)) AS recipients
FROM messages AS m LEFT JOIN people AS s ON s.id = m.sender_id
WHERE m.sent_at IS NULL AND EXISTS (SELECT 1 FROM participant_rows AS r WHERE r.message_id = m.id AND r.person_id = :id)
ORDER BY m.id DESC LIMIT :most OFFSET :skip

-- name: findings
SELECT id, kind, certainty, rule, detail, message_id FROM findings WHERE person_id = :id LIMIT :most
