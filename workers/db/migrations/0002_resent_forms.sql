-- A redirect may ask for the same method and form again at its target (307 and 308, RFC 9110, 15.4.8).
ALTER TABLE pages ADD COLUMN resend boolean NOT NULL DEFAULT false;
