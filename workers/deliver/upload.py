"""Sends the results file of a process to one export target."""

from __future__ import annotations

from schemas import registry
from schemas.results_file import ResultsFile
from workers import plugins
from workers.errors import ExportFailed, NotAvailable, ObjectMissing, StorageUnavailable
from workers.exports.base import ExportFile
from workers.exports.target import opened
from workers.settings import Settings
from workers.storage.base import Storage


def upload(storage: Storage, settings: Settings, file: ResultsFile, token: str) -> str:
    """Upload the file as it stands now to the target stored as ``token``; returns where it is.

    Raises ``ExportFailed``, also for faults of our own storage, which pass.
    """
    try:
        target = opened(token, settings.secret_key)
        export = plugins.plugin(registry.EXPORTS, target.kind)(
            target.options, settings.allowed_networks
        )
        sent = ExportFile(
            name=file.name,
            content_type=file.content_type,
            size=storage.size(file.key),
            read=lambda: storage.read(file.key),
        )
        return str(export.send(sent))
    except KeyError as error:
        raise ExportFailed("This kind of export is not known here.", again=False) from error
    except (NotAvailable, ObjectMissing) as error:
        raise ExportFailed(error.message, again=False) from error
    except StorageUnavailable as error:
        raise ExportFailed(error.message) from error
