-- What staff writes to those who wait: the part the writer plays, and ready-made sentences as JSON.
ALTER TABLE chat_line ADD COLUMN role TEXT;
ALTER TABLE chat_line ADD COLUMN ready TEXT;
