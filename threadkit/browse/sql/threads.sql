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

-- name: months
SELECT month FROM month_counts WHERE month <> '' ORDER BY month DESC LIMIT 600
