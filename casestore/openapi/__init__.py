"""The description of the JSON API (OpenAPI 3.1), made from the routes themselves."""
