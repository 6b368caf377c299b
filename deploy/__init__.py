"""How the service is deployed: on one machine, and the settings of gunicorn for all."""
