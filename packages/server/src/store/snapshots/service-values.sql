SELECT service, value
FROM attribute_catalog
WHERE tenant = 'default' AND scope = 'resource' AND key = 'service.namespace' AND type = 'string' AND many = 0
GROUP BY service, value
ORDER BY service, value
LIMIT 1000
