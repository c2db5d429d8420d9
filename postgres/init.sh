#!/bin/sh
# Runs once, on an empty volume: a role and a database of the same name for each service that keeps data. The schemas
# are the services' own matter (migrations at their start).
set -eu

for name in database gateway inventory order payment product_catalog token; do
  psql --quiet --set ON_ERROR_STOP=1 --set name="$name" --set password="$SHOP_DB_PASSWORD" --dbname postgres <<'SQL'
CREATE ROLE :"name" LOGIN PASSWORD :'password';
CREATE DATABASE :"name" OWNER :"name";
REVOKE ALL ON DATABASE :"name" FROM PUBLIC;
SQL
done

# Who looks at the server's own figures.
psql --quiet --set ON_ERROR_STOP=1 --set password="$SHOP_DB_PASSWORD" --dbname postgres <<'SQL'
CREATE EXTENSION IF NOT EXISTS pg_stat_statements;
CREATE ROLE monitor LOGIN PASSWORD :'password' IN ROLE pg_monitor;
SQL
