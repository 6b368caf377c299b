"""The one list of every plug-in: name → ``module:Class``, strings, so that nothing is loaded."""

from typing import Final

FETCHERS: Final = {
    "base": "workers.fetchers.http.fetcher:HttpFetcher",
    "chrome": "workers.fetchers.chrome.fetcher:ChromeFetcher",
}

HELD_FETCHERS: Final = {
    "given": "workers.fetchers.given:GivenFetcher",
}
"""Where a page comes from that is here already; no payload can ask for one of these."""

ANALYSES: Final = {
    "preview": "workers.analyses.preview:Preview",
    "suggest": "workers.analyses.suggestion:Suggestion",
}

OUTPUTS: Final = {
    "csv": "workers.outputs.csv:CsvOutput",
    "json": "workers.outputs.json:JsonOutput",
    "jsonl": "workers.outputs.jsonl:JsonLinesOutput",
    "xml": "workers.outputs.xml:XmlOutput",
    "xlsx": "workers.outputs.xlsx:XlsxOutput",
}

FORMAT_ALIASES: Final = {
    "json lines": "jsonl",
    "json(l)": "jsonl",
    "ndjson": "jsonl",
    "excel": "xlsx",
    "xls": "xlsx",
    "ms excel": "xlsx",
}
"""Other spellings of a format, in lower case."""

STORAGES: Final = {
    "s3": "workers.storage.s3:S3Storage",
    "memory": "workers.storage.memory:MemoryStorage",
}

SERP_ENGINES: Final = {
    "google": "workers.serp.google:Google",
    "google-image": "workers.serp.google_image:GoogleImage",
    "google-news": "workers.serp.google_news:GoogleNews",
    "google-shopping": "workers.serp.google_shopping:GoogleShopping",
    "bing": "workers.serp.bing:Bing",
    "duckduckgo": "workers.serp.duckduckgo:DuckDuckGo",
    "baidu": "workers.serp.baidu:Baidu",
    "yandex": "workers.serp.yandex:Yandex",
}

EXPORTS: Final = {
    "gcs": "workers.exports.gcs:GcsExport",
    "dropbox": "workers.exports.dropbox:DropboxExport",
    "onedrive": "workers.exports.onedrive:OneDriveExport",
    "s3": "workers.exports.s3:S3Export",
}
