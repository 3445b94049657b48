-- When messages were sent, over months and days, by person and by conversation. :to ends with a letter that sorts behind every time of its day or month.

-- name: months
SELECT month, messages, released FROM month_counts ORDER BY month

-- name: days
SELECT substr(sent_at, 1, 10) AS day, count(*) AS messages FROM messages WHERE sent_at >= :from AND sent_at < :to GROUP BY day ORDER BY day LIMIT :most

-- name: days_of_person
SELECT substr(m.sent_at, 1, 10) AS day, count(*) AS messages
FROM (SELECT id, sent_at FROM messages WHERE sent_at >= :from AND sent_at < :to ORDER BY sent_at LIMIT :scanned) AS m
WHERE EXISTS (SELECT 1 FROM participant_rows AS r WHERE r.message_id = m.id AND r.person_id = :person) GROUP BY day ORDER BY day LIMIT :most

-- name: scanned
SELECT sender_id, thread_id, substr(sent_at, 1, 10) AS day, count(*) AS messages
FROM (SELECT sender_id, thread_id, sent_at FROM messages WHERE sent_at >= :from AND sent_at < :to ORDER BY sent_at LIMIT :scanned) GROUP BY 1, 2, 3

-- name: people_named
SELECT p.id, p.name FROM json_each(:ids) AS wanted JOIN people AS p ON p.id = wanted.value

-- name: threads_named
SELECT t.id, t.subject AS name FROM json_each(:ids) AS wanted JOIN threads AS t ON t.id = wanted.value

-- name: messages
SELECT m.id, m.sent_at, m.subject, m.standing, m.sender_id, m.thread_id, p.name AS sender
FROM messages AS m LEFT JOIN people AS p ON p.id = m.sender_id WHERE m.sent_at >= :from AND m.sent_at < :to ORDER BY m.sent_at, m.id LIMIT :most OFFSET :skip

-- name: messages_of_person
SELECT m.id, m.sent_at, m.subject, m.standing, m.sender_id, m.thread_id, p.name AS sender
FROM messages AS m LEFT JOIN people AS p ON p.id = m.sender_id
WHERE m.sent_at >= :from AND m.sent_at < :to AND EXISTS (SELECT 1 FROM participant_rows AS r WHERE r.message_id = m.id AND r.person_id = :person)
ORDER BY m.sent_at, m.id LIMIT :most OFFSET :skip

-- name: messages_of_thread
SELECT m.id, m.sent_at, m.subject, m.standing, m.sender_id, m.thread_id, p.name AS sender
FROM messages AS m LEFT JOIN people AS p ON p.id = m.sender_id
WHERE m.thread_id = :thread AND m.sent_at >= :from AND m.sent_at < :to ORDER BY m.sent_at, m.id LIMIT :most OFFSET :skip

-- name: days_of_thread
SELECT substr(sent_at, 1, 10) AS day, count(*) AS messages FROM messages
WHERE thread_id = :thread AND sent_at >= :from AND sent_at < :to GROUP BY day ORDER BY day LIMIT :most

-- name: months_of_thread
SELECT coalesce(substr(sent_at, 1, 7), '') AS month, count(*) AS messages, sum(standing = 'released') AS released FROM messages
WHERE thread_id = :thread GROUP BY 1 ORDER BY 1

-- name: months_of_person
SELECT month, sent + received AS messages, sent AS released FROM person_months WHERE person_id = :person ORDER BY month

-- name: months_of_sender
SELECT month, sent AS messages, sent AS released FROM person_months WHERE person_id = :sender AND sent > 0 ORDER BY month

-- name: days_of_sender
SELECT substr(sent_at, 1, 10) AS day, count(*) AS messages FROM messages
WHERE sender_id = :sender AND sent_at >= :from AND sent_at < :to GROUP BY day ORDER BY day LIMIT :most

-- name: messages_of_sender
SELECT m.id, m.sent_at, m.subject, m.standing, m.sender_id, m.thread_id, p.name AS sender
FROM messages AS m LEFT JOIN people AS p ON p.id = m.sender_id
WHERE m.sender_id = :sender AND m.sent_at >= :from AND m.sent_at < :to ORDER BY m.sent_at, m.id LIMIT :most OFFSET :skip

-- name: undated
SELECT m.id, m.sent_at, m.subject, m.standing, m.sender_id, m.thread_id, p.name AS sender
FROM messages AS m LEFT JOIN people AS p ON p.id = m.sender_id WHERE m.sent_at IS NULL ORDER BY m.id LIMIT :most OFFSET :skip
