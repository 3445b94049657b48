-- Search: which messages and documents, then how they rank. Of a common word only the first hits are looked at (:most), and the page says so.
-- A condition stands twice: as it is asked of each message (here under if_, or in archive/search_conditions.py, where the command line asks it too),
-- and under if_few_ as the messages that meet it, for conditions that few meet.

-- name: hits
SELECT m.search_row, m.id, m.sent_at, m.sender_id, m.occurrence_id
FROM messages_fts AS f JOIN messages AS m ON m.search_row = f.rowid
WHERE f.messages_fts MATCH :match {conditions} LIMIT :most

-- name: how_many_hits
SELECT count(*) AS amount FROM (SELECT rowid FROM messages_fts WHERE messages_fts MATCH :match LIMIT :most)

-- name: hits_without_words
SELECT m.search_row, m.id, m.sent_at, m.sender_id, m.occurrence_id FROM messages AS m
WHERE 1 {conditions} ORDER BY m.sent_at DESC LIMIT :most

-- name: if_few_from
AND {row} IN (SELECT search_row FROM messages WHERE sender_id IN (SELECT value FROM json_each(:senders)))

-- name: if_few_to
AND {row} IN (SELECT w.search_row FROM participant_rows AS r JOIN messages AS w ON w.id = r.message_id
  WHERE r.role IN ('to', 'cc', 'bcc') AND r.person_id IN (SELECT value FROM json_each(:recipients)))

-- name: if_few_copied
AND {row} IN (SELECT w.search_row FROM participant_rows AS r JOIN messages AS w ON w.id = r.message_id
  WHERE r.role IN ('cc', 'bcc') AND r.person_id IN (SELECT value FROM json_each(:copied)))

-- name: if_person
AND m.sender_id = :person

-- name: if_few_person
AND {row} IN (SELECT search_row FROM messages WHERE sender_id = :person)

-- name: if_recipient
AND EXISTS (SELECT 1 FROM participant_rows AS r WHERE r.message_id = m.id AND r.role IN ('to', 'cc', 'bcc') AND r.person_id = :recipient)

-- name: if_few_recipient
AND {row} IN (SELECT w.search_row FROM participant_rows AS r JOIN messages AS w ON w.id = r.message_id
  WHERE r.role IN ('to', 'cc', 'bcc') AND r.person_id = :recipient)

-- name: if_few_dates
AND {row} IN (SELECT search_row FROM messages WHERE sent_at >= :after AND sent_at < :before)

-- name: if_few_attachment
AND {row} IN (SELECT w.search_row FROM message_attachments AS x JOIN messages AS w ON w.id = x.message_id)

-- name: if_source
AND EXISTS (SELECT 1 FROM occurrence_rows AS o WHERE o.message_id = m.id AND o.source_id = :source)

-- name: if_few_source
AND {row} IN (SELECT w.search_row FROM occurrence_rows AS o JOIN messages AS w ON w.id = o.message_id WHERE o.source_id = :source)

-- name: how_many_sent
SELECT coalesce(sum(sent), 0) AS amount FROM person_counts WHERE person_id IN (SELECT value FROM json_each(:people))

-- name: how_many_received
SELECT coalesce(sum(received), 0) AS amount FROM person_counts WHERE person_id IN (SELECT value FROM json_each(:people))

-- name: how_many_dated
SELECT coalesce(sum(messages), 0) AS amount FROM month_counts WHERE month >= substr(:after, 1, 7) AND month <= substr(:before, 1, 7) AND month <> ''

-- name: how_many_attached
SELECT count(*) AS amount FROM message_attachments

-- name: how_many_printed
SELECT coalesce(max(ordinal), 0) + 1 AS amount FROM occurrence_rows WHERE source_id = :source

-- name: ranks
SELECT rowid AS search_row, bm25(messages_fts, {weights}) AS score FROM messages_fts
WHERE messages_fts MATCH :match AND rowid <= :last AND +rowid IN (SELECT value FROM json_each(:rows)) ORDER BY score LIMIT :most OFFSET :skip

-- name: document_hits
SELECT d.search_row, d.id, d.source_id FROM documents_fts AS f JOIN documents AS d ON d.search_row = f.rowid
WHERE f.documents_fts MATCH :match {conditions} LIMIT :most

-- name: if_document_source
AND +d.source_id = :source

-- name: document_ranks
SELECT rowid AS search_row, bm25(documents_fts, {weights}) AS score FROM documents_fts
WHERE documents_fts MATCH :match AND rowid <= :last AND +rowid IN (SELECT value FROM json_each(:rows)) ORDER BY score LIMIT :most OFFSET :skip

-- name: sources_of
-- A message counts in every source that prints it, as the condition on a source finds it.
SELECT o.source_id, count(DISTINCT o.message_id) AS hit_count
FROM json_each(:ids) AS wanted CROSS JOIN occurrence_rows AS o ON o.message_id = wanted.value GROUP BY o.source_id

-- name: sources_named
SELECT wanted.value AS source_id, (SELECT min(name) FROM source_names WHERE source_id = wanted.value) AS name FROM json_each(:ids) AS wanted

-- name: names_of
SELECT p.id, p.name FROM json_each(:ids) AS wanted JOIN people AS p ON p.id = wanted.value

-- name: shown
SELECT m.id, m.search_row, m.subject, m.sent_at, m.standing, m.sender_id, m.thread_id, p.name AS sender
FROM json_each(:ids) AS wanted JOIN messages AS m ON m.id = wanted.value LEFT JOIN people AS p ON p.id = m.sender_id

-- name: shown_documents
SELECT d.id, d.search_row, d.title, d.kind, d.first_line, d.last_line, d.source_id, a.filename,
  (SELECT min(name) FROM source_names WHERE source_id = d.source_id) AS source
FROM json_each(:ids) AS wanted JOIN documents AS d ON d.id = wanted.value LEFT JOIN attachments AS a ON a.id = d.attachment_id

-- name: source_name
SELECT min(name) AS name FROM source_names WHERE source_id = :id
