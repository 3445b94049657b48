-- Search: which messages and documents, then how they rank. Of a common word only the first hits are looked at (:most), and the page says so.
-- The lines that begin with "--?" name conditions that a page adds where they are asked for.

-- name: hits
SELECT m.search_row, m.id, m.sent_at, m.sender_id, m.occurrence_id
FROM messages_fts AS f JOIN messages AS m ON m.search_row = f.rowid
WHERE f.messages_fts MATCH :match {conditions} LIMIT :most

-- name: hits_without_words
SELECT m.search_row, m.id, m.sent_at, m.sender_id, m.occurrence_id FROM messages AS m
WHERE 1 {conditions} ORDER BY m.sent_at DESC LIMIT :most

-- name: if_few_from
AND +f.rowid IN (SELECT search_row FROM messages WHERE sender_id IN (SELECT value FROM json_each(:senders)))

-- name: if_to
AND EXISTS (SELECT 1 FROM participant_rows AS r WHERE r.message_id = m.id AND r.role IN ('to', 'cc', 'bcc')
  AND r.person_id IN (SELECT value FROM json_each(:recipients)))

-- name: if_alone_from
AND +m.id IN (SELECT id FROM messages WHERE sender_id IN (SELECT value FROM json_each(:senders)))

-- name: if_alone_to
AND +m.id IN (SELECT message_id FROM participant_rows WHERE role IN ('to', 'cc', 'bcc') AND person_id IN (SELECT value FROM json_each(:recipients)))

-- name: if_person
AND m.sender_id = :person

-- name: if_few_person
AND +f.rowid IN (SELECT search_row FROM messages WHERE sender_id = :person)

-- name: if_recipient
AND EXISTS (SELECT 1 FROM participant_rows AS r WHERE r.message_id = m.id AND r.role IN ('to', 'cc', 'bcc') AND r.person_id = :recipient)

-- name: if_before
AND m.sent_at < :before

-- name: if_after
AND m.sent_at >= :after

-- name: if_few_dates
AND +f.rowid IN (SELECT search_row FROM messages WHERE sent_at >= :after AND sent_at < :before)

-- name: if_attachment
AND EXISTS (SELECT 1 FROM message_attachments AS x WHERE x.message_id = m.id)

-- name: if_source
AND EXISTS (SELECT 1 FROM occurrence_rows AS o WHERE o.message_id = m.id AND o.source_id = :source)

-- name: dated
SELECT coalesce(sum(messages), 0) AS dated FROM month_counts WHERE month >= substr(:after, 1, 7) AND month <= substr(:before, 1, 7)

-- name: ranks
SELECT rowid AS search_row, bm25(messages_fts, {weights}) AS score FROM messages_fts
WHERE messages_fts MATCH :match AND rowid <= :last AND +rowid IN (SELECT value FROM json_each(:rows)) ORDER BY score LIMIT :most OFFSET :skip

-- name: document_hits
SELECT d.search_row, d.id, d.source_id FROM documents_fts AS f JOIN documents AS d ON d.search_row = f.rowid
WHERE f.documents_fts MATCH :match {conditions} LIMIT :most

-- name: if_document_source
AND d.source_id = :source

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
