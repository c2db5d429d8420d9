#!/bin/sh
# Runs once, on an empty volume: a role and a database of the same name for each service that keeps data, closed to the
# others. The schemas are the services' own matter (migrations at their start).
set -eu

sql() {
  psql --quiet --set ON_ERROR_STOP=1 --set password="$SHOP_DB_PASSWORD" --dbname postgres "$@"
}

# Who looks at the server's own figures.
sql <<'SQL'
CREATE EXTENSION IF NOT EXISTS pg_stat_statements;
CREATE ROLE monitor LOGIN PASSWORD :'password' IN ROLE pg_monitor;
SQL

for name in database gateway inventory order payment product_catalog token; do
  sql --set name="$name" <<'SQL'
CREATE ROLE :"name" LOGIN PASSWORD :'password';
CREATE DATABASE :"name" OWNER :"name";
REVOKE ALL ON DATABASE :"name" FROM PUBLIC;
GRANT CONNECT ON DATABASE :"name" TO monitor;
SQL
done
