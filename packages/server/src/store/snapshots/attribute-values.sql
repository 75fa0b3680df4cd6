SELECT type, value, max(many) AS is_many
FROM attribute_catalog
WHERE tenant = 'default' AND scope = 'span' AND key = 'user.id'
GROUP BY type, value
ORDER BY is_many DESC, type, value
LIMIT 1001
