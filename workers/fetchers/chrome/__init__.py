"""The fetcher of pages that need a browser: Chromium, a pool of them, and their only way out."""
