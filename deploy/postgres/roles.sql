-- The database and its four logins, as the server's superuser, once:
--     psql -v owner_password="$(cat owner)" -v app_password="$(cat app)" -v retention_password="$(cat retention)" -f roles.sql postgres
-- Then `palisade admin migrate` makes the tables and gives each login what it needs, and nothing else.

\set ON_ERROR_STOP on

-- Owns the tables. Only `palisade admin migrate` logs in with it.
CREATE ROLE palisade_owner LOGIN PASSWORD :'owner_password' NOSUPERUSER NOCREATEDB NOCREATEROLE CONNECTION LIMIT 5;

-- The nodes. Can add to the journal and to the audit log, and can't change or delete anything there.
CREATE ROLE palisade_app LOGIN PASSWORD :'app_password' NOSUPERUSER NOCREATEDB NOCREATEROLE;

-- The nodes, for erasing bodies of records after their time, which the audit log speaks of first.
CREATE ROLE palisade_retention LOGIN PASSWORD :'retention_password' NOSUPERUSER NOCREATEDB NOCREATEROLE CONNECTION LIMIT 20;

CREATE DATABASE palisade OWNER palisade_owner TEMPLATE template0 ENCODING 'UTF8';

\connect palisade

REVOKE ALL ON DATABASE palisade FROM PUBLIC;
GRANT CONNECT ON DATABASE palisade TO palisade_app, palisade_retention;
REVOKE ALL ON SCHEMA public FROM PUBLIC;
ALTER SCHEMA public OWNER TO palisade_owner;
GRANT USAGE ON SCHEMA public TO palisade_app, palisade_retention;
