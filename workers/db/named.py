"""The named queries that give rows, each with the shape of its rows.

Whoever asks with one of these gets rows that the type checker knows. The shapes are held against
what Postgres says of each query's columns by a test. ``object``: only whether there is a row is
looked at. A query that gives none has no place here: it is asked by its name.
"""

from __future__ import annotations

from schemas.rows import (
    accounts,
    deliveries,
    one_column,
    pages,
    processes,
    slices,
    tasks,
    upkeep,
    webhooks,
)
from workers.db.queries import Query

# accounts.sql
INSERT_ACCOUNT = Query[object]("insert_account")
LIST_ACCOUNTS = Query[accounts.ListedAccountRow]("list_accounts")
FIND_ACCOUNT = Query[accounts.AccountRow]("find_account")
PAY_IN = Query[accounts.CreditsRow]("pay_in")
ACCOUNT_HOLDER = Query[accounts.HolderRow]("account_holder")
ACCOUNT_CREDITS = Query[accounts.CreditsRow]("account_credits")
INSERT_KEY = Query[object]("insert_key")
REVOKE_KEY = Query[object]("revoke_key")
ACCOUNT_OF_KEY = Query[accounts.CallerRow]("account_of_key")
WEBHOOK_SECRET_OF_ACCOUNT = Query[accounts.SecretRow]("webhook_secret_of_account")

# checks.sql
DOCTOR_SERVER = Query[upkeep.ServerRow]("doctor_server")
DOCTOR_MIGRATIONS = Query[upkeep.MigrationRow]("doctor_migrations")
DOCTOR_FUNCTIONS = Query[upkeep.FunctionRow]("doctor_functions")
DOCTOR_KEYS = Query[one_column.CountRow]("doctor_keys")
PRESENT = Query[upkeep.PresenceRow]("present")

# deliver.sql
NEXT_AT_HOST = Query[one_column.IdRow]("next_at_host")
LEASE_DELIVERY = Query[deliveries.LeasedDeliveryRow]("lease_delivery")
RENEW_LEASE = Query[object]("renew_lease")
KEEP_BODY = Query[deliveries.BodyRow]("keep_body")
DELIVERY_PROCESS = Query[processes.ProcessRow]("delivery_process")
EXPORTS_OF_EVENT = Query[deliveries.ExportStateRow]("exports_of_event")
RECORD_ATTEMPT = Query[deliveries.AttemptedRow]("record_attempt")
LOCK_FOR_NOTE = Query[processes.NotedProcessRow]("lock_for_note")
LOCK_LOG = Query[processes.LogRow]("lock_log")
RELEASE_WEBHOOKS = Query[one_column.IdRow]("release_webhooks")

# deliveries.sql
TARGETS_OF_TASK = Query[tasks.TargetsRow]("targets_of_task")
SUBSCRIBERS = Query[webhooks.SubscriberRow]("subscribers")
DUE_DELIVERIES = Query[one_column.IdRow]("due_deliveries")
DELIVERIES_OF = Query[deliveries.DeliveryRow]("deliveries_of")
PROCESS_OF_ACCOUNT = Query[object]("process_of_account")
RESEND_DELIVERY = Query[deliveries.ResentRow]("resend_delivery")

# frontier.sql
LOCK_PROCESS = Query[processes.ProcessRow]("lock_process")
BEGIN_SLICE = Query[slices.SliceProcessRow]("begin_slice")
HAS_CLAIMABLE = Query[object]("has_claimable")
INSERT_SLICE = Query[slices.SliceIdRow]("insert_slice")
BEAT = Query[object]("beat")
CLAIM_PAGES = Query[slices.ClaimedRow]("claim_pages")
OPEN_PAGES = Query[one_column.CountRow]("open_pages")
KNOWN_PAGES = Query[slices.KnownPagesRow]("known_pages")
SEEN_RESULTS = Query[one_column.KeyRow]("seen_results")
PROXY_FAULTS = Query[slices.ProxyFaultRow]("proxy_faults")
RELEASE_PAGES = Query[slices.ReleasedPageRow]("release_pages")
NOTE_DEATH = Query[slices.SharedDeathRow]("note_death")
DELETE_SLICE = Query[slices.EndedSliceRow]("delete_slice")
TAKE_SLOTS = Query[slices.SlotsRow]("take_slots")
TAKE_MOMENT = Query[slices.MomentRow]("take_moment")
FIND_ROBOTS = Query[slices.RobotsRow]("find_robots")
SLICES_OF_PROCESS = Query[slices.HeldSliceRow]("slices_of_process")

# metrics.sql
ALL_METRICS = Query[upkeep.MetricRow]("all_metrics")
METRIC_PROCESSES = Query[upkeep.StateMetricRow]("metric_processes")
METRIC_PAGES = Query[upkeep.PagesMetricRow]("metric_pages")
METRIC_QUEUE_AGES = Query[upkeep.QueueAgeRow]("metric_queue_ages")
METRIC_SLICES = Query[upkeep.SliceMetricRow]("metric_slices")
METRIC_DELIVERIES = Query[upkeep.DueMetricRow]("metric_deliveries")

# probes.sql
PROBE_DATABASE = Query[object]("probe_database")

# processes.sql
LOCK_PROCESS_NOW = Query[processes.ProcessRow]("lock_process_now")
OTHER_SLICES = Query[processes.BusyQueueRow]("other_slices")
NEXT_CLAIMABLE = Query[processes.ClaimableRow]("next_claimable")
TASK_FOR_RUN = Query[tasks.RunnableTaskRow]("task_for_run")
INSERT_PROCESS = Query[processes.ProcessRow]("insert_process")
FIND_IDEMPOTENT = Query[processes.KnownRunRow]("find_idempotent")
SAVE_IDEMPOTENT = Query[object]("save_idempotent")
GIVEN_PAGE = Query[one_column.BytesRow]("given_page")
FIND_PROCESS = Query[processes.ProcessRow]("find_process")
PROCESSES_OF_ACCOUNT = Query[processes.ProcessRow]("processes_of_account")
PROCESSES_OF_TASK = Query[processes.ProcessRow]("processes_of_task")
FIND_TASK_ID = Query[object]("find_task_id")
STATS_OF = Query[processes.StatsRow]("stats_of")
PAGES_OF_PROCESS = Query[pages.PageRow]("pages_of_process")
RESULTS_BY_NAME = Query[processes.StoredResultsRow]("results_by_name")
CANCEL_PROCESS = Query[processes.ProcessRow]("cancel_process")
LIVE_PROCESSES = Query[processes.LiveProcessRow]("live_processes")
START_PAGE = Query[pages.StartPageRow]("start_page")
QUEUED_BY_QUEUE = Query[processes.QueuedPagesRow]("queued_by_queue")
COUNT_PAGES = Query[one_column.CountRow]("count_pages")
COUNT_VERDICTS = Query[pages.VerdictCountRow]("count_verdicts")
REDIRECTED_PAGES = Query[pages.RedirectedPageRow]("redirected_pages")
FORBIDDEN_SITES = Query[pages.SiteRow]("forbidden_sites")
REOPEN_PAGES = Query[pages.ReopenedRow]("reopen_pages")
ACCOUNT_AVAILABLE = Query[accounts.SpendableRow]("account_available")

# publish.sql
COUNT_PAGE_COPIES = Query[one_column.CountRow]("count_page_copies")
PUBLISHABLE = Query[processes.PublishableRow]("publishable")
NAME_RESULTS = Query[processes.NamedResultsRow]("name_results")
FINISH_PROCESS = Query[processes.ProcessRow]("finish_process")
DOCUMENT_TYPE = Query[processes.DocumentTypeRow]("document_type")
DOCUMENT = Query[processes.DocumentRow]("document")
LOOKS = Query[pages.LookRow]("looks")
TOP_PAGES = Query[pages.TopPageRow]("top_pages")
ARRIVED_PAGES = Query[pages.ArrivedPageRow]("arrived_pages")
PAGES_BY_ID = Query[pages.GivingPageRow]("pages_by_id")
PAGES_BY_KEY = Query[pages.KeyedPageRow]("pages_by_key")
FIND_FILE = Query[processes.OtherFileRow]("find_file")
DUE_FILE = Query[processes.DueFileRow]("due_file")
LOG_PAGES = Query[pages.LogPageRow]("log_pages")

# runtime.sql
BROWSER_PRESENT = Query[object]("browser_present")
CLAIMABLE_SINCE = Query[upkeep.WaitingRow]("claimable_since")

# sweep.sql
ALL_SLICES = Query[slices.SilentSliceRow]("all_slices")
NEGLECTED = Query[processes.NeglectedRow]("neglected")
QUEUE_WITHOUT_SLICE = Query[processes.NeglectedRow]("queue_without_slice")
UNPUBLISHED = Query[processes.UnpublishedRow]("unpublished")
WAITING_FOR_CREDITS = Query[one_column.IdRow]("waiting_for_credits")
DUE_TOMBSTONES = Query[one_column.KeyRow]("due_tombstones")
OBJECTS_IN_WRITING = Query[one_column.KeyRow]("objects_in_writing")
DELETED_PROCESSES = Query[one_column.IdRow]("deleted_processes")
STILL_SILENT = Query[object]("still_silent")

# tasks.sql
INSERT_TASK = Query[tasks.TaskRow]("insert_task")
FIND_TASK = Query[tasks.TaskRow]("find_task")
LIST_TASKS = Query[tasks.TaskRow]("list_tasks")
LOCK_TASK = Query[object]("lock_task")
CHANGE_TASK = Query[tasks.TaskRow]("change_task")

# webhooks.sql
COUNT_WEBHOOKS = Query[one_column.CountRow]("count_webhooks")
TASK_FOR_WEBHOOK = Query[object]("task_for_webhook")
INSERT_WEBHOOK = Query[webhooks.WebhookRow]("insert_webhook")
LIST_WEBHOOKS = Query[webhooks.WebhookRow]("list_webhooks")
DELETE_WEBHOOK = Query[object]("delete_webhook")
