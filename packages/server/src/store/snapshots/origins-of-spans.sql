SELECT origin, service, resource, resource_schema_url, scope, scope_schema_url
FROM resources
WHERE tenant = 'default' AND origin IN (1, 2)
LIMIT 1 BY origin
