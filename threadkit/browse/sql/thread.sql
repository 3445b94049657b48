-- One conversation.

-- name: thread
SELECT id, subject, first_sent_at, last_sent_at, message_count, person_count, rule FROM threads WHERE id = :id

-- name: members
SELECT m.id, m.parent_id, m.relation, m.sent_at, m.sender_id, m.standing, p.name AS sender
FROM messages AS m LEFT JOIN people AS p ON p.id = m.sender_id WHERE m.thread_id = :id LIMIT :most

-- name: places
SELECT id, parent_id, relation, sent_at, sender_id, standing FROM messages WHERE thread_id = :id LIMIT :most

-- name: former
SELECT message_id FROM former_ids WHERE former_id = :id
