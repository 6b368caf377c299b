"""A client of Gristmill, the service that turns web pages into data."""

from . import errors
from .client import Client, SingleResult
from .errors import ApiError, ClientError
from .files import bare_name
from .runs import Run, Task
from .transport import VERSION
from .webhooks import verify

__version__ = VERSION
__all__ = ["ApiError", "Client", "ClientError", "Run", "SingleResult", "Task", "bare_name"]
__all__ += ["errors", "verify"]
