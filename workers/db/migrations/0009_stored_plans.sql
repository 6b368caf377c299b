-- A process' plan: its payload, checked and compiled once, with the version of the values that it is made of. Null
-- where a release inserted the process that did not store plans: it is compiled from the payload when it is needed.
ALTER TABLE processes ADD COLUMN plan json;
