"""Every error of the product, in one tree.

    GristmillError
    ├── CallError           a call can't be served
    │   ├── Unauthorized · Forbidden · NotFound · Conflict
    │   ├── BodyTooLarge · UnsupportedMedia · RequestTooSlow · RateLimited
    │   └── NotAvailable · SingleTimeout · ProcessFailed · OutOfCredits
    ├── PartUnavailable     a part we lean on does not answer (503)
    │   ├── DatabaseUnavailable · BrokerUnavailable
    │   └── StorageUnavailable · BrowserUnavailable
    ├── ObjectMissing       a name in storage has no object
    ├── StaleSlice          the slice was fenced off: whatever it did is void
    ├── FetchError          a page could not be fetched
    │   ├── passing: FetchTimeout · ConnectionFailed · DnsFailed · ProxyFailed · ServerFault
    │   │            BrowserCrashed · Blocked
    │   └── lasting: TlsFailed · AddressRefused · BadUrl · ResponseTooLong (OversizedHead)
    │                BadContent (MalformedHead) · NotHtml · HttpError · RedirectFault
    │                ActionFailed · CaptureFailed · RobotsDenied · BrowserMissing
    ├── PlanUnusable        a stored payload that this release can't compile
    ├── ExtractError        a page could not be read: ExtractTimeout · Unrecognized
    ├── ExportFailed        an export target did not take the file
    └── DeliveryFailed      a webhook did not answer with 2xx

What a caller sent and can't be used is ``schemas.problem.Invalid`` (400), outside this tree, for
the vocabulary imports nothing of ours. A class's docstring is its default message, ``code`` is
public and stable, and ``retry`` says whether the same attempt may succeed later.
"""

from workers.errors.base import (
    GristmillError,
)
from workers.errors.calls import (
    BodyTooLarge,
    CallError,
    Conflict,
    Forbidden,
    NotAvailable,
    NotFound,
    OutOfCredits,
    ProcessFailed,
    RateLimited,
    RequestTooSlow,
    SingleTimeout,
    Unauthorized,
    UnsupportedMedia,
)
from workers.errors.ends import (
    DeliveryFailed,
    ExportFailed,
    ExtractError,
    ExtractTimeout,
    PlanUnusable,
    Unrecognized,
)
from workers.errors.pages import (
    ActionFailed,
    AddressRefused,
    BadContent,
    BadUrl,
    Blocked,
    BrowserCrashed,
    BrowserMissing,
    CaptureFailed,
    ConnectionFailed,
    DnsFailed,
    FetchError,
    FetchTimeout,
    HttpError,
    MalformedHead,
    NotHtml,
    OversizedHead,
    ProxyFailed,
    RedirectFault,
    ResponseTooLong,
    RobotsDenied,
    ServerFault,
    TlsFailed,
)
from workers.errors.parts import (
    BrokerUnavailable,
    BrowserUnavailable,
    DatabaseUnavailable,
    ObjectMissing,
    PartUnavailable,
    StaleSlice,
    StorageUnavailable,
)

__all__ = [
    "ActionFailed",
    "AddressRefused",
    "BadContent",
    "BadUrl",
    "Blocked",
    "BodyTooLarge",
    "BrokerUnavailable",
    "BrowserCrashed",
    "BrowserMissing",
    "BrowserUnavailable",
    "CallError",
    "CaptureFailed",
    "Conflict",
    "ConnectionFailed",
    "DatabaseUnavailable",
    "DeliveryFailed",
    "DnsFailed",
    "ExportFailed",
    "ExtractError",
    "ExtractTimeout",
    "FetchError",
    "FetchTimeout",
    "Forbidden",
    "GristmillError",
    "HttpError",
    "MalformedHead",
    "NotAvailable",
    "NotFound",
    "NotHtml",
    "ObjectMissing",
    "OutOfCredits",
    "OversizedHead",
    "PartUnavailable",
    "PlanUnusable",
    "ProcessFailed",
    "ProxyFailed",
    "RateLimited",
    "RedirectFault",
    "RequestTooSlow",
    "ResponseTooLong",
    "RobotsDenied",
    "ServerFault",
    "SingleTimeout",
    "StaleSlice",
    "StorageUnavailable",
    "TlsFailed",
    "Unauthorized",
    "Unrecognized",
    "UnsupportedMedia",
]
