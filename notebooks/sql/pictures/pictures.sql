-- Reads pictures. The notebooks replace the path by one with wildcards.
SELECT path, base64(content) AS jpeg FROM binaryFile.`PLACES`
