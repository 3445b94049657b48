-- People who share their name with another, and what tells each from the others.

-- name: ids
SELECT id FROM people WHERE name IN (SELECT name FROM people GROUP BY name HAVING count(*) > 1) ORDER BY name, id LIMIT :most

-- name: emails
SELECT person_id, min(email) AS email FROM addresses WHERE person_id IN (SELECT value FROM json_each(:ids)) GROUP BY person_id

-- name: units
-- The unit that headers print most often with the person where it wrote.
SELECT person_id, unit FROM (
  SELECT m.sender_id AS person_id, b.unit AS unit, count(*) AS uses
  FROM json_each(:ids) AS wanted JOIN messages AS m ON m.sender_id = wanted.value
  JOIN mailbox_rows AS f ON f.occurrence_id = m.occurrence_id AND f.field = 'from' JOIN printed_mailboxes AS b ON b.id = f.printed_id
  WHERE b.unit IS NOT NULL GROUP BY 1, 2 ORDER BY uses, unit DESC
) GROUP BY person_id
