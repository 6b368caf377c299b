"""The application as gunicorn loads it: ``app.wsgi:app``."""

from app import create_app
from workers.log import configure
from workers.settings import settings

configure(settings())
app = create_app()
