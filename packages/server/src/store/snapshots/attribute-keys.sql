SELECT scope, key, groupUniqArray(type) AS types
FROM attribute_catalog
WHERE tenant = 'default' AND service = 'shop'
GROUP BY scope, key
ORDER BY scope, key
