#!/bin/sh
# Runs once, on an empty volume: a role and a database of the same name for each service that keeps data, closed to the
# others. The schemas are the services' own matter (migrations at their start).
set -eu

# The statistics of statements, which `monitor` reads, would keep the text of these with their passwords.
export PGOPTIONS="-c pg_stat_statements.track=none"

sql() {
  psql --quiet --set ON_ERROR_STOP=1 --set password="$SHOP_DB_PASSWORD" --dbname postgres "$@"
}

# Roles with the connections that each may have: docs/postgresql.md has the budget, for one instance of each service. The
# first one looks at the server's own figures.
role() {
  sql --set name="${1%:*}" --set limit="${1#*:}" <<'SQL'
CREATE ROLE :"name" LOGIN PASSWORD :'password' CONNECTION LIMIT :limit;
SQL
}

role monitor:15
sql <<'SQL'
CREATE EXTENSION IF NOT EXISTS pg_stat_statements;
GRANT pg_monitor TO monitor;
SQL

for each in database:11 gateway:6 history_asia:2 history_eu:2 history_us:2 inventory:6 order:7 payment:11 product_catalog:12 token:6; do
  role "${each%:*}:$((${each#*:} * INSTANCES))"
  sql --set name="${each%:*}" <<'SQL'
CREATE DATABASE :"name" OWNER :"name";
REVOKE ALL ON DATABASE :"name" FROM PUBLIC;
GRANT CONNECT ON DATABASE :"name" TO monitor;
SQL
done
