"""The fetcher of ordinary pages: libcurl, many requests on one loop."""
