-- Conversations as a list.

-- name: latest
SELECT id, subject, first_sent_at, last_sent_at, message_count, person_count FROM threads ORDER BY first_sent_at DESC LIMIT :most OFFSET :skip

-- name: oldest
SELECT id, subject, first_sent_at, last_sent_at, message_count, person_count FROM threads WHERE first_sent_at IS NOT NULL
ORDER BY first_sent_at LIMIT :most OFFSET :skip

-- name: longest
SELECT id, subject, first_sent_at, last_sent_at, message_count, person_count FROM threads ORDER BY message_count DESC, id DESC LIMIT :most OFFSET :skip

-- name: of_month
SELECT id, subject, first_sent_at, last_sent_at, message_count, person_count FROM threads
WHERE first_sent_at >= :month AND first_sent_at < :next ORDER BY first_sent_at LIMIT :most OFFSET :skip

-- name: written_by
-- The people who wrote among the first :looked messages that the index gives of each conversation, in the order in which they first did.
SELECT wanted.value AS id, (SELECT json_group_array(name) FROM (
  SELECT p.name AS name FROM (SELECT sender_id, sent_at FROM messages WHERE thread_id = wanted.value AND sender_id IS NOT NULL LIMIT :looked) AS m
  JOIN people AS p ON p.id = m.sender_id GROUP BY p.id ORDER BY min(m.sent_at)
)) AS names FROM json_each(:ids) AS wanted

-- name: months
SELECT month FROM month_counts WHERE month <> '' ORDER BY month DESC LIMIT 600
