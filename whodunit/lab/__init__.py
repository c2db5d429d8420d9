"""The lab's HTTP API: routes, schemas, guard, typed client, and which lab a command speaks to."""
