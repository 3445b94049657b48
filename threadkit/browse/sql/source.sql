-- The text of a source, page by page.

-- name: page_of_line
SELECT rowid AS page_row, number, label, first_line FROM pages WHERE source_id = :source AND first_line <= :line ORDER BY first_line DESC, number DESC LIMIT 1

-- name: pages_from
SELECT rowid AS page_row, number, label, first_line FROM pages WHERE source_id = :source AND number >= :number ORDER BY number LIMIT :most
