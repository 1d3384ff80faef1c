CREATE TABLE audit (
	tenant TEXT DEFAULT 'local' NOT NULL, 
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	at INTEGER NOT NULL CONSTRAINT ck_audit_at CHECK (at > 100000000000), 
	business_date TEXT DEFAULT '' NOT NULL, 
	who TEXT DEFAULT '' NOT NULL, 
	approved_by TEXT DEFAULT '' NOT NULL, 
	action TEXT NOT NULL CONSTRAINT ck_audit_action CHECK (action <> ''), 
	object_kind TEXT DEFAULT '' NOT NULL, 
	object_id TEXT DEFAULT '' NOT NULL, 
	detail TEXT DEFAULT '{}' NOT NULL, 
	chain TEXT NOT NULL CONSTRAINT ck_audit_chain CHECK (chain IN ('hmac', 'sha256')), 
	previous_hash TEXT NOT NULL, 
	hash TEXT NOT NULL
)
 STRICT
;;
CREATE INDEX ix_audit_action ON audit (action, at)
;;
CREATE INDEX ix_audit_object ON audit (object_kind, object_id)
;;
CREATE TABLE baskets (
	tenant TEXT DEFAULT 'local' NOT NULL, 
	id TEXT NOT NULL CONSTRAINT ck_baskets_id CHECK (length(id) = 36), 
	state TEXT NOT NULL CONSTRAINT ck_baskets_state CHECK (state IN ('open', 'parked', 'closed', 'discarded')), 
	device TEXT DEFAULT '' NOT NULL, 
	name TEXT DEFAULT '' NOT NULL, 
	body TEXT NOT NULL, 
	customer_sealed BLOB, 
	created_at INTEGER NOT NULL CONSTRAINT ck_baskets_created_at CHECK (created_at > 100000000000), 
	updated_at INTEGER NOT NULL CONSTRAINT ck_baskets_updated_at CHECK (updated_at > 100000000000), 
	CONSTRAINT pk_baskets PRIMARY KEY (id)
)
 STRICT
;;
CREATE INDEX ix_baskets_state ON baskets (device, state, updated_at)
;;
CREATE TABLE connections (
	tenant TEXT DEFAULT 'local' NOT NULL, 
	id TEXT NOT NULL CONSTRAINT ck_connections_id CHECK (id <> ''), 
	platform TEXT NOT NULL CONSTRAINT ck_connections_platform CHECK (platform <> ''), 
	kind TEXT NOT NULL, 
	label TEXT DEFAULT '' NOT NULL, 
	account TEXT DEFAULT '' NOT NULL, 
	location TEXT DEFAULT '' NOT NULL, 
	currency TEXT NOT NULL CONSTRAINT ck_connections_currency CHECK (length(currency) = 3 AND currency = upper(currency)), 
	timezone TEXT NOT NULL, 
	prices_include_tax INTEGER DEFAULT '0' NOT NULL CONSTRAINT ck_connections_prices_include_tax CHECK (prices_include_tax IN (0, 1)), 
	fields TEXT DEFAULT '{}' NOT NULL, 
	state TEXT NOT NULL CONSTRAINT ck_connections_state CHECK (state IN ('enabled', 'disabled', 'signed_out', 'removed')), 
	position INTEGER DEFAULT '0' NOT NULL CONSTRAINT ck_connections_position CHECK (position >= 0), 
	created_at INTEGER NOT NULL CONSTRAINT ck_connections_created_at CHECK (created_at > 100000000000), 
	updated_at INTEGER NOT NULL CONSTRAINT ck_connections_updated_at CHECK (updated_at > 100000000000), 
	CONSTRAINT pk_connections PRIMARY KEY (id)
)
 STRICT
;;
CREATE TABLE counters (
	tenant TEXT DEFAULT 'local' NOT NULL, 
	name TEXT NOT NULL, 
	value INTEGER NOT NULL CONSTRAINT ck_counters_value CHECK (value >= 0), 
	CONSTRAINT pk_counters PRIMARY KEY (name, tenant)
)
 STRICT
;;
CREATE TABLE customers (
	tenant TEXT DEFAULT 'local' NOT NULL, 
	id TEXT NOT NULL, 
	email_key TEXT DEFAULT '' NOT NULL, 
	phone_key TEXT DEFAULT '' NOT NULL, 
	sealed BLOB NOT NULL, 
	updated_at INTEGER NOT NULL CONSTRAINT ck_customers_updated_at CHECK (updated_at > 100000000000), 
	CONSTRAINT pk_customers PRIMARY KEY (id)
)
 STRICT
;;
CREATE INDEX ix_customers_email_key ON customers (email_key)
;;
CREATE INDEX ix_customers_phone_key ON customers (phone_key)
;;
CREATE TABLE gift_cards (
	tenant TEXT DEFAULT 'local' NOT NULL, 
	id TEXT NOT NULL, 
	code_key TEXT NOT NULL CONSTRAINT ck_gift_cards_code_key CHECK (code_key <> ''), 
	code_sealed BLOB NOT NULL, 
	masked TEXT NOT NULL, 
	currency TEXT NOT NULL CONSTRAINT ck_gift_cards_currency CHECK (length(currency) = 3 AND currency = upper(currency)), 
	balance INTEGER DEFAULT '0' NOT NULL CONSTRAINT ck_gift_cards_balance CHECK (balance >= 0), 
	status TEXT DEFAULT 'active' NOT NULL CONSTRAINT ck_gift_cards_status CHECK (status IN ('active', 'inactive', 'expired', 'blocked')), 
	expires_at INTEGER CONSTRAINT ck_gift_cards_expires_at CHECK (expires_at > 100000000000), 
	created_at INTEGER NOT NULL CONSTRAINT ck_gift_cards_created_at CHECK (created_at > 100000000000), 
	CONSTRAINT pk_gift_cards PRIMARY KEY (id), 
	CONSTRAINT uq_gift_cards_code_key_tenant UNIQUE (code_key, tenant)
)
 STRICT
;;
CREATE TABLE people (
	tenant TEXT DEFAULT 'local' NOT NULL, 
	id TEXT NOT NULL, 
	name TEXT NOT NULL CONSTRAINT ck_people_name CHECK (name <> ''), 
	role TEXT NOT NULL CONSTRAINT ck_people_role CHECK (role IN ('cashier', 'supervisor', 'manager')), 
	pin_hash TEXT DEFAULT '' NOT NULL, 
	active INTEGER DEFAULT '1' NOT NULL CONSTRAINT ck_people_active CHECK (active IN (0, 1)), 
	created_at INTEGER NOT NULL CONSTRAINT ck_people_created_at CHECK (created_at > 100000000000), 
	updated_at INTEGER NOT NULL CONSTRAINT ck_people_updated_at CHECK (updated_at > 100000000000), 
	CONSTRAINT pk_people PRIMARY KEY (id)
)
 STRICT
;;
CREATE TABLE pin_failures (
	tenant TEXT DEFAULT 'local' NOT NULL, 
	person_id TEXT NOT NULL CONSTRAINT ck_pin_failures_person_id CHECK (person_id <> ''), 
	failures INTEGER NOT NULL CONSTRAINT ck_pin_failures_failures CHECK (failures >= 0), 
	last_at INTEGER NOT NULL CONSTRAINT ck_pin_failures_last_at CHECK (last_at > 100000000000), 
	locked_until INTEGER CONSTRAINT ck_pin_failures_locked_until CHECK (locked_until > 100000000000), 
	CONSTRAINT pk_pin_failures PRIMARY KEY (person_id, tenant)
)
 STRICT
;;
CREATE TABLE products (
	tenant TEXT DEFAULT 'local' NOT NULL, 
	seq INTEGER NOT NULL, 
	id TEXT NOT NULL, 
	source TEXT DEFAULT '' NOT NULL, 
	title TEXT NOT NULL, 
	title_folded TEXT NOT NULL, 
	status TEXT NOT NULL CONSTRAINT ck_products_status CHECK (status IN ('active', 'draft', 'archived', 'deleted')), 
	body TEXT NOT NULL, 
	updated_at INTEGER CONSTRAINT ck_products_updated_at CHECK (updated_at > 100000000000), 
	read_at INTEGER NOT NULL CONSTRAINT ck_products_read_at CHECK (read_at > 100000000000), 
	CONSTRAINT pk_products PRIMARY KEY (seq), 
	CONSTRAINT uq_products_id UNIQUE (id)
)
 STRICT
;;
CREATE INDEX ix_products_source ON products (source, read_at)
;;
CREATE INDEX ix_products_title_folded ON products (status, title_folded)
;;
CREATE TABLE settings (
	tenant TEXT DEFAULT 'local' NOT NULL, 
	name TEXT NOT NULL, 
	value TEXT NOT NULL, 
	updated_at INTEGER NOT NULL CONSTRAINT ck_settings_updated_at CHECK (updated_at > 100000000000), 
	CONSTRAINT pk_settings PRIMARY KEY (name, tenant)
)
 STRICT
;;
CREATE TABLE tokens (
	tenant TEXT DEFAULT 'local' NOT NULL, 
	connection_id TEXT NOT NULL, 
	type TEXT NOT NULL CONSTRAINT ck_tokens_type CHECK (type IN ('access', 'refresh', 'id', 'api_key', 'session')), 
	sealed BLOB NOT NULL, 
	expires_at INTEGER CONSTRAINT ck_tokens_expires_at CHECK (expires_at > 100000000000), 
	updated_at INTEGER NOT NULL CONSTRAINT ck_tokens_updated_at CHECK (updated_at > 100000000000), 
	CONSTRAINT pk_tokens PRIMARY KEY (connection_id, type)
)
 STRICT
;;
CREATE TABLE cursors (
	tenant TEXT DEFAULT 'local' NOT NULL, 
	connection_id TEXT NOT NULL, 
	stream TEXT NOT NULL, 
	cursor TEXT DEFAULT '' NOT NULL, 
	run_cursor TEXT DEFAULT '' NOT NULL, 
	run_started_at INTEGER CONSTRAINT ck_cursors_run_started_at CHECK (run_started_at > 100000000000), 
	last_good_at INTEGER CONSTRAINT ck_cursors_last_good_at CHECK (last_good_at > 100000000000), 
	swept_at INTEGER CONSTRAINT ck_cursors_swept_at CHECK (swept_at > 100000000000), 
	updated_at INTEGER NOT NULL CONSTRAINT ck_cursors_updated_at CHECK (updated_at > 100000000000), 
	CONSTRAINT pk_cursors PRIMARY KEY (connection_id, stream), 
	CONSTRAINT fk_cursors_connection_id FOREIGN KEY(connection_id) REFERENCES connections (id)
)
 STRICT
;;
CREATE TABLE customer_names (
	tenant TEXT DEFAULT 'local' NOT NULL, 
	name_key TEXT NOT NULL, 
	customer_id TEXT NOT NULL, 
	CONSTRAINT pk_customer_names PRIMARY KEY (name_key, customer_id), 
	CONSTRAINT fk_customer_names_customer_id FOREIGN KEY(customer_id) REFERENCES customers (id)
)
 STRICT
;;
CREATE INDEX ix_customer_names_customer_id ON customer_names (customer_id)
;;
CREATE TABLE discounts (
	tenant TEXT DEFAULT 'local' NOT NULL, 
	connection_id TEXT NOT NULL, 
	id TEXT NOT NULL, 
	code_folded TEXT DEFAULT '' NOT NULL, 
	body TEXT NOT NULL, 
	people_sealed BLOB, 
	read_at INTEGER NOT NULL CONSTRAINT ck_discounts_read_at CHECK (read_at > 100000000000), 
	CONSTRAINT pk_discounts PRIMARY KEY (connection_id, id), 
	CONSTRAINT fk_discounts_connection_id FOREIGN KEY(connection_id) REFERENCES connections (id)
)
 STRICT
;;
CREATE INDEX ix_discounts_code_folded ON discounts (code_folded)
;;
CREATE TABLE gift_card_movements (
	tenant TEXT DEFAULT 'local' NOT NULL, 
	id TEXT NOT NULL, 
	card_id TEXT NOT NULL, 
	kind TEXT NOT NULL CONSTRAINT ck_gift_card_movements_kind CHECK (kind IN ('issue', 'redeem', 'refund', 'expire')), 
	amount INTEGER NOT NULL CONSTRAINT ck_gift_card_movements_amount CHECK ((kind IN ('issue', 'refund') AND amount > 0) OR (kind IN ('redeem', 'expire') AND amount < 0)), 
	"key" TEXT NOT NULL CONSTRAINT ck_gift_card_movements_key CHECK (key <> ''), 
	at INTEGER NOT NULL CONSTRAINT ck_gift_card_movements_at CHECK (at > 100000000000), 
	order_id TEXT, 
	CONSTRAINT pk_gift_card_movements PRIMARY KEY (id), 
	CONSTRAINT uq_gift_card_movements_key_tenant UNIQUE ("key", tenant), 
	CONSTRAINT fk_gift_card_movements_card_id FOREIGN KEY(card_id) REFERENCES gift_cards (id)
)
 STRICT
;;
CREATE INDEX ix_gift_card_movements_card_id ON gift_card_movements (card_id)
;;
CREATE TABLE links (
	tenant TEXT DEFAULT 'local' NOT NULL, 
	connection_id TEXT NOT NULL, 
	kind TEXT NOT NULL CONSTRAINT ck_links_kind CHECK (kind IN ('product', 'variant', 'customer', 'order')), 
	remote_id TEXT NOT NULL CONSTRAINT ck_links_remote_id CHECK (remote_id <> ''), 
	local_id TEXT NOT NULL CONSTRAINT ck_links_local_id CHECK (local_id <> ''), 
	parent_remote_id TEXT DEFAULT '' NOT NULL, 
	sku TEXT DEFAULT '' NOT NULL, 
	missing_at INTEGER CONSTRAINT ck_links_missing_at CHECK (missing_at > 100000000000), 
	updated_at INTEGER NOT NULL CONSTRAINT ck_links_updated_at CHECK (updated_at > 100000000000), 
	CONSTRAINT pk_links PRIMARY KEY (connection_id, kind, remote_id), 
	CONSTRAINT fk_links_connection_id FOREIGN KEY(connection_id) REFERENCES connections (id)
)
 STRICT
;;
CREATE INDEX ix_links_local_id ON links (connection_id, kind, local_id)
;;
CREATE TABLE orders (
	tenant TEXT DEFAULT 'local' NOT NULL, 
	id TEXT NOT NULL CONSTRAINT ck_orders_id CHECK (length(id) = 36), 
	basket_id TEXT, 
	reference TEXT NOT NULL CONSTRAINT ck_orders_reference CHECK (length(reference) BETWEEN 1 AND 20), 
	receipt_number TEXT NOT NULL CONSTRAINT ck_orders_receipt_number CHECK (receipt_number <> ''), 
	receipt_counter INTEGER NOT NULL CONSTRAINT ck_orders_receipt_counter CHECK (receipt_counter >= 0), 
	device TEXT NOT NULL, 
	captured_at INTEGER NOT NULL CONSTRAINT ck_orders_captured_at CHECK (captured_at > 100000000000), 
	business_date TEXT NOT NULL CONSTRAINT ck_orders_business_date CHECK (length(business_date) = 10), 
	currency TEXT NOT NULL CONSTRAINT ck_orders_currency CHECK (length(currency) = 3 AND currency = upper(currency)), 
	subtotal INTEGER NOT NULL CONSTRAINT ck_orders_subtotal CHECK (subtotal >= 0), 
	discount INTEGER NOT NULL CONSTRAINT ck_orders_discount CHECK (discount >= 0), 
	tax INTEGER NOT NULL CONSTRAINT ck_orders_tax CHECK (tax >= 0), 
	total INTEGER NOT NULL CONSTRAINT ck_orders_total CHECK (total >= 0), 
	customer_id TEXT, 
	cashier TEXT DEFAULT '' NOT NULL, 
	shift_id TEXT DEFAULT '' NOT NULL, 
	body TEXT NOT NULL, 
	customer_sealed BLOB, 
	receipt_at INTEGER CONSTRAINT ck_orders_receipt_at CHECK (receipt_at > 100000000000), 
	CONSTRAINT pk_orders PRIMARY KEY (id), 
	CONSTRAINT uq_orders_reference_tenant UNIQUE (reference, tenant), 
	CONSTRAINT uq_orders_receipt_number_tenant UNIQUE (receipt_number, tenant), 
	CONSTRAINT uq_orders_device_receipt_counter_tenant UNIQUE (device, receipt_counter, tenant), 
	CONSTRAINT uq_orders_basket_id UNIQUE (basket_id), 
	CONSTRAINT fk_orders_basket_id FOREIGN KEY(basket_id) REFERENCES baskets (id)
)
 STRICT
;;
CREATE INDEX ix_orders_business_date ON orders (business_date)
;;
CREATE INDEX ix_orders_captured_at ON orders (captured_at)
;;
CREATE INDEX ix_orders_customer_id ON orders (customer_id) WHERE customer_id IS NOT NULL
;;
CREATE INDEX ix_orders_no_receipt ON orders (id) WHERE receipt_at IS NULL
;;
CREATE TABLE outbox (
	tenant TEXT DEFAULT 'local' NOT NULL, 
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	kind TEXT NOT NULL CONSTRAINT ck_outbox_kind CHECK (kind IN ('order', 'refund', 'customer', 'gift_card')), 
	connection_id TEXT NOT NULL, 
	object_id TEXT NOT NULL CONSTRAINT ck_outbox_object_id CHECK (object_id <> ''), 
	"key" TEXT NOT NULL CONSTRAINT ck_outbox_key CHECK (key <> ''), 
	state TEXT NOT NULL CONSTRAINT ck_outbox_state CHECK (state IN ('ready', 'leased', 'done', 'unknown', 'blocked', 'rejected')), 
	due_at INTEGER NOT NULL CONSTRAINT ck_outbox_due_at CHECK (due_at > 100000000000), 
	lease_until INTEGER CONSTRAINT ck_outbox_lease_until CHECK (lease_until > 100000000000), 
	owner TEXT DEFAULT '' NOT NULL, 
	claimed_from TEXT DEFAULT '' NOT NULL, 
	attempts INTEGER DEFAULT '0' NOT NULL CONSTRAINT ck_outbox_attempts CHECK (attempts >= 0), 
	unknown_count INTEGER DEFAULT '0' NOT NULL CONSTRAINT ck_outbox_unknown_count CHECK (unknown_count >= 0), 
	sent_at INTEGER CONSTRAINT ck_outbox_sent_at CHECK (sent_at > 100000000000), 
	must_look_up INTEGER DEFAULT '0' NOT NULL CONSTRAINT ck_outbox_must_look_up CHECK (must_look_up IN (0, 1)), 
	doubt_before INTEGER DEFAULT '0' NOT NULL CONSTRAINT ck_outbox_doubt_before CHECK (doubt_before IN (0, 1)), 
	parent_id INTEGER, 
	remote_id TEXT DEFAULT '' NOT NULL, 
	remote_number TEXT DEFAULT '' NOT NULL, 
	steps TEXT DEFAULT '{}' NOT NULL, 
	reason_code TEXT DEFAULT '' NOT NULL, 
	reason TEXT DEFAULT '' NOT NULL, 
	next_step TEXT DEFAULT '' NOT NULL, 
	difference TEXT, 
	created_at INTEGER NOT NULL CONSTRAINT ck_outbox_created_at CHECK (created_at > 100000000000), 
	updated_at INTEGER NOT NULL CONSTRAINT ck_outbox_updated_at CHECK (updated_at > 100000000000), 
	CONSTRAINT uq_outbox_object_id_connection_id_kind_tenant UNIQUE (object_id, connection_id, kind, tenant), 
	CONSTRAINT ck_outbox_lease_until_set CHECK ((state = 'leased') = (lease_until IS NOT NULL)), 
	CONSTRAINT ck_outbox_owner_set CHECK ((state = 'leased') = (owner <> '')), 
	CONSTRAINT ck_outbox_done_has_remote CHECK (state <> 'done' OR remote_id <> ''), 
	CONSTRAINT ck_outbox_rejected_has_reason CHECK (state <> 'rejected' OR reason_code <> ''), 
	CONSTRAINT fk_outbox_connection_id FOREIGN KEY(connection_id) REFERENCES connections (id), 
	CONSTRAINT fk_outbox_parent_id FOREIGN KEY(parent_id) REFERENCES outbox (id)
)
 STRICT
;;
CREATE INDEX ix_outbox_claimable ON outbox (connection_id, id) WHERE state IN ('ready', 'unknown')
;;
CREATE INDEX ix_outbox_leased ON outbox (lease_until) WHERE lease_until IS NOT NULL
;;
CREATE INDEX ix_outbox_not_done ON outbox (created_at) WHERE state <> 'done'
;;
CREATE INDEX ix_outbox_parent ON outbox (parent_id) WHERE parent_id IS NOT NULL
;;
CREATE INDEX ix_outbox_state ON outbox (state, connection_id, due_at)
;;
CREATE TABLE parked_objects (
	tenant TEXT DEFAULT 'local' NOT NULL, 
	connection_id TEXT NOT NULL, 
	stream TEXT NOT NULL, 
	object_id TEXT NOT NULL, 
	reason TEXT NOT NULL, 
	at INTEGER NOT NULL CONSTRAINT ck_parked_objects_at CHECK (at > 100000000000), 
	CONSTRAINT pk_parked_objects PRIMARY KEY (connection_id, stream, object_id), 
	CONSTRAINT fk_parked_objects_connection_id FOREIGN KEY(connection_id) REFERENCES connections (id)
)
 STRICT
;;
CREATE TABLE product_categories (
	tenant TEXT DEFAULT 'local' NOT NULL, 
	category TEXT NOT NULL, 
	title_folded TEXT NOT NULL, 
	product_id TEXT NOT NULL, 
	CONSTRAINT pk_product_categories PRIMARY KEY (category, title_folded, product_id), 
	CONSTRAINT fk_product_categories_product_id FOREIGN KEY(product_id) REFERENCES products (id)
)
 STRICT
;;
CREATE INDEX ix_product_categories_product_id ON product_categories (product_id)
;;
CREATE TABLE secrets (
	tenant TEXT DEFAULT 'local' NOT NULL, 
	connection_id TEXT NOT NULL, 
	name TEXT NOT NULL, 
	sealed BLOB NOT NULL, 
	updated_at INTEGER NOT NULL CONSTRAINT ck_secrets_updated_at CHECK (updated_at > 100000000000), 
	CONSTRAINT pk_secrets PRIMARY KEY (connection_id, name), 
	CONSTRAINT fk_secrets_connection_id FOREIGN KEY(connection_id) REFERENCES connections (id)
)
 STRICT
;;
CREATE TABLE staged_pages (
	tenant TEXT DEFAULT 'local' NOT NULL, 
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	connection_id TEXT NOT NULL, 
	stream TEXT NOT NULL, 
	body TEXT NOT NULL, 
	deleted TEXT DEFAULT '[]' NOT NULL, 
	items INTEGER NOT NULL CONSTRAINT ck_staged_pages_items CHECK (items >= 0), 
	is_last INTEGER DEFAULT '0' NOT NULL CONSTRAINT ck_staged_pages_is_last CHECK (is_last IN (0, 1)), 
	applied INTEGER DEFAULT '0' NOT NULL CONSTRAINT ck_staged_pages_applied CHECK (applied IN (0, 1)), 
	at INTEGER NOT NULL CONSTRAINT ck_staged_pages_at CHECK (at > 100000000000), 
	CONSTRAINT fk_staged_pages_connection_id FOREIGN KEY(connection_id) REFERENCES connections (id)
)
 STRICT
;;
CREATE INDEX ix_staged_pages_stream ON staged_pages (connection_id, stream, id)
;;
CREATE TABLE stock (
	tenant TEXT DEFAULT 'local' NOT NULL, 
	variant_id TEXT NOT NULL, 
	connection_id TEXT NOT NULL, 
	location TEXT DEFAULT '' NOT NULL, 
	kind TEXT NOT NULL CONSTRAINT ck_stock_kind CHECK (kind IN ('quantity', 'batch', 'weight')), 
	quantity_micro INTEGER, 
	body TEXT NOT NULL, 
	read_at INTEGER NOT NULL CONSTRAINT ck_stock_read_at CHECK (read_at > 100000000000), 
	CONSTRAINT pk_stock PRIMARY KEY (variant_id, connection_id, location), 
	CONSTRAINT fk_stock_connection_id FOREIGN KEY(connection_id) REFERENCES connections (id)
)
 STRICT
;;
CREATE INDEX ix_stock_connection_id ON stock (connection_id, read_at)
;;
CREATE TABLE variants (
	tenant TEXT DEFAULT 'local' NOT NULL, 
	id TEXT NOT NULL, 
	product_id TEXT NOT NULL, 
	sku TEXT DEFAULT '' NOT NULL, 
	barcode TEXT DEFAULT '' NOT NULL, 
	price INTEGER CONSTRAINT ck_variants_price CHECK (price >= 0), 
	currency TEXT DEFAULT '' NOT NULL, 
	available INTEGER DEFAULT '0' NOT NULL CONSTRAINT ck_variants_available CHECK (available IN (0, 1)), 
	position INTEGER NOT NULL CONSTRAINT ck_variants_position CHECK (position >= 0), 
	CONSTRAINT pk_variants PRIMARY KEY (id), 
	CONSTRAINT fk_variants_product_id FOREIGN KEY(product_id) REFERENCES products (id)
)
 STRICT
;;
CREATE INDEX ix_variants_barcode ON variants (barcode)
;;
CREATE INDEX ix_variants_product_id ON variants (product_id)
;;
CREATE INDEX ix_variants_sku ON variants (sku)
;;
CREATE TABLE gift_card_holds (
	tenant TEXT DEFAULT 'local' NOT NULL, 
	id TEXT NOT NULL, 
	card_id TEXT, 
	connection_id TEXT, 
	basket_id TEXT DEFAULT '' NOT NULL, 
	order_id TEXT, 
	code_key TEXT NOT NULL, 
	code_sealed BLOB NOT NULL, 
	masked TEXT NOT NULL, 
	currency TEXT NOT NULL CONSTRAINT ck_gift_card_holds_currency CHECK (length(currency) = 3 AND currency = upper(currency)), 
	amount INTEGER NOT NULL CONSTRAINT ck_gift_card_holds_amount CHECK (amount > 0), 
	state TEXT NOT NULL CONSTRAINT ck_gift_card_holds_state CHECK (state IN ('held', 'redeeming', 'redeemed', 'captured', 'releasing', 'released')), 
	expires_at INTEGER NOT NULL CONSTRAINT ck_gift_card_holds_expires_at CHECK (expires_at > 100000000000), 
	remote_move_id TEXT DEFAULT '' NOT NULL, 
	reason TEXT DEFAULT '' NOT NULL, 
	created_at INTEGER NOT NULL CONSTRAINT ck_gift_card_holds_created_at CHECK (created_at > 100000000000), 
	updated_at INTEGER NOT NULL CONSTRAINT ck_gift_card_holds_updated_at CHECK (updated_at > 100000000000), 
	CONSTRAINT pk_gift_card_holds PRIMARY KEY (id), 
	CONSTRAINT ck_gift_card_holds_one_issuer CHECK ((card_id IS NULL) <> (connection_id IS NULL)), 
	CONSTRAINT ck_gift_card_holds_captured_has_order CHECK (state <> 'captured' OR order_id IS NOT NULL), 
	CONSTRAINT fk_gift_card_holds_card_id FOREIGN KEY(card_id) REFERENCES gift_cards (id), 
	CONSTRAINT fk_gift_card_holds_connection_id FOREIGN KEY(connection_id) REFERENCES connections (id), 
	CONSTRAINT fk_gift_card_holds_order_id FOREIGN KEY(order_id) REFERENCES orders (id)
)
 STRICT
;;
CREATE INDEX ix_gift_card_holds_basket_id ON gift_card_holds (basket_id)
;;
CREATE INDEX ix_gift_card_holds_card_id ON gift_card_holds (card_id, state)
;;
CREATE INDEX ix_gift_card_holds_state ON gift_card_holds (state, expires_at)
;;
CREATE TABLE order_lines (
	tenant TEXT DEFAULT 'local' NOT NULL, 
	order_id TEXT NOT NULL, 
	position INTEGER NOT NULL CONSTRAINT ck_order_lines_position CHECK (position >= 0), 
	line_id TEXT NOT NULL, 
	variant_id TEXT NOT NULL, 
	product_id TEXT DEFAULT '' NOT NULL, 
	sku TEXT DEFAULT '' NOT NULL, 
	title TEXT NOT NULL, 
	quantity_micro INTEGER NOT NULL CONSTRAINT ck_order_lines_quantity_micro CHECK (quantity_micro > 0), 
	unit TEXT NOT NULL, 
	unit_price INTEGER NOT NULL CONSTRAINT ck_order_lines_unit_price CHECK (unit_price >= 0), 
	subtotal INTEGER NOT NULL CONSTRAINT ck_order_lines_subtotal CHECK (subtotal >= 0), 
	discount INTEGER NOT NULL CONSTRAINT ck_order_lines_discount CHECK (discount >= 0), 
	tax INTEGER NOT NULL CONSTRAINT ck_order_lines_tax CHECK (tax >= 0), 
	net INTEGER NOT NULL CONSTRAINT ck_order_lines_net CHECK (net >= 0), 
	total INTEGER NOT NULL CONSTRAINT ck_order_lines_total CHECK (total >= 0), 
	CONSTRAINT pk_order_lines PRIMARY KEY (order_id, position), 
	CONSTRAINT uq_order_lines_order_id_line_id UNIQUE (order_id, line_id), 
	CONSTRAINT fk_order_lines_order_id FOREIGN KEY(order_id) REFERENCES orders (id)
)
 STRICT
;;
CREATE TABLE order_tenders (
	tenant TEXT DEFAULT 'local' NOT NULL, 
	order_id TEXT NOT NULL, 
	position INTEGER NOT NULL CONSTRAINT ck_order_tenders_position CHECK (position >= 0), 
	tender_id TEXT NOT NULL, 
	kind TEXT NOT NULL CONSTRAINT ck_order_tenders_kind CHECK (kind IN ('cash', 'card', 'gift_card', 'other')), 
	amount INTEGER NOT NULL CONSTRAINT ck_order_tenders_amount CHECK (amount > 0), 
	tendered INTEGER NOT NULL CONSTRAINT ck_order_tenders_tendered CHECK (tendered >= 0), 
	change INTEGER NOT NULL CONSTRAINT ck_order_tenders_change CHECK (change >= 0), 
	state TEXT NOT NULL CONSTRAINT ck_order_tenders_state CHECK (state IN ('approved', 'unknown')), 
	CONSTRAINT pk_order_tenders PRIMARY KEY (order_id, position), 
	CONSTRAINT uq_order_tenders_order_id_tender_id UNIQUE (order_id, tender_id), 
	CONSTRAINT fk_order_tenders_order_id FOREIGN KEY(order_id) REFERENCES orders (id)
)
 STRICT
;;
CREATE TABLE outbox_events (
	tenant TEXT DEFAULT 'local' NOT NULL, 
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	outbox_id INTEGER NOT NULL, 
	at INTEGER NOT NULL CONSTRAINT ck_outbox_events_at CHECK (at > 100000000000), 
	from_state TEXT NOT NULL CONSTRAINT ck_outbox_events_from_state CHECK (from_state IN ('', 'ready', 'leased', 'done', 'unknown', 'blocked', 'rejected')), 
	to_state TEXT NOT NULL CONSTRAINT ck_outbox_events_to_state CHECK (to_state IN ('ready', 'leased', 'done', 'unknown', 'blocked', 'rejected')), 
	reason_code TEXT DEFAULT '' NOT NULL, 
	reason TEXT DEFAULT '' NOT NULL, 
	who TEXT DEFAULT '' NOT NULL, 
	CONSTRAINT fk_outbox_events_outbox_id FOREIGN KEY(outbox_id) REFERENCES outbox (id)
)
 STRICT
;;
CREATE INDEX ix_outbox_events_outbox_id ON outbox_events (outbox_id)
;;
CREATE TABLE refunds (
	tenant TEXT DEFAULT 'local' NOT NULL, 
	id TEXT NOT NULL CONSTRAINT ck_refunds_id CHECK (length(id) = 36), 
	order_id TEXT NOT NULL, 
	reference TEXT NOT NULL CONSTRAINT ck_refunds_reference CHECK (length(reference) BETWEEN 1 AND 20), 
	receipt_number TEXT NOT NULL CONSTRAINT ck_refunds_receipt_number CHECK (receipt_number <> ''), 
	receipt_counter INTEGER NOT NULL CONSTRAINT ck_refunds_receipt_counter CHECK (receipt_counter >= 0), 
	device TEXT NOT NULL, 
	captured_at INTEGER NOT NULL CONSTRAINT ck_refunds_captured_at CHECK (captured_at > 100000000000), 
	business_date TEXT NOT NULL CONSTRAINT ck_refunds_business_date CHECK (length(business_date) = 10), 
	currency TEXT NOT NULL CONSTRAINT ck_refunds_currency CHECK (length(currency) = 3 AND currency = upper(currency)), 
	amount INTEGER NOT NULL CONSTRAINT ck_refunds_amount CHECK (amount >= 0), 
	tax INTEGER NOT NULL CONSTRAINT ck_refunds_tax CHECK (tax >= 0), 
	cashier TEXT DEFAULT '' NOT NULL, 
	approved_by TEXT DEFAULT '' NOT NULL, 
	body TEXT NOT NULL, 
	CONSTRAINT pk_refunds PRIMARY KEY (id), 
	CONSTRAINT uq_refunds_reference_tenant UNIQUE (reference, tenant), 
	CONSTRAINT uq_refunds_receipt_number_tenant UNIQUE (receipt_number, tenant), 
	CONSTRAINT uq_refunds_device_receipt_counter_tenant UNIQUE (device, receipt_counter, tenant), 
	CONSTRAINT fk_refunds_order_id FOREIGN KEY(order_id) REFERENCES orders (id)
)
 STRICT
;;
CREATE INDEX ix_refunds_business_date ON refunds (business_date)
;;
CREATE INDEX ix_refunds_order_id ON refunds (order_id)
;;
CREATE TABLE refund_lines (
	tenant TEXT DEFAULT 'local' NOT NULL, 
	refund_id TEXT NOT NULL, 
	position INTEGER NOT NULL CONSTRAINT ck_refund_lines_position CHECK (position >= 0), 
	line_id TEXT NOT NULL, 
	quantity_micro INTEGER NOT NULL CONSTRAINT ck_refund_lines_quantity_micro CHECK (quantity_micro > 0), 
	amount INTEGER NOT NULL CONSTRAINT ck_refund_lines_amount CHECK (amount >= 0), 
	tax INTEGER NOT NULL CONSTRAINT ck_refund_lines_tax CHECK (tax >= 0), 
	net INTEGER NOT NULL CONSTRAINT ck_refund_lines_net CHECK (net >= 0), 
	CONSTRAINT pk_refund_lines PRIMARY KEY (refund_id, position), 
	CONSTRAINT fk_refund_lines_refund_id FOREIGN KEY(refund_id) REFERENCES refunds (id)
)
 STRICT
;;
CREATE TRIGGER outbox_events_no_update BEFORE UPDATE ON outbox_events BEGIN SELECT RAISE(ABORT, 'outbox_events is append-only'); END
;;
CREATE TRIGGER outbox_events_no_delete BEFORE DELETE ON outbox_events BEGIN SELECT RAISE(ABORT, 'outbox_events is append-only'); END
;;
CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END
;;
CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END
;;
CREATE TRIGGER order_lines_no_update BEFORE UPDATE ON order_lines BEGIN SELECT RAISE(ABORT, 'order_lines is append-only'); END
;;
CREATE TRIGGER order_lines_no_delete BEFORE DELETE ON order_lines BEGIN SELECT RAISE(ABORT, 'order_lines is append-only'); END
;;
CREATE TRIGGER order_tenders_no_update BEFORE UPDATE ON order_tenders BEGIN SELECT RAISE(ABORT, 'order_tenders is append-only'); END
;;
CREATE TRIGGER order_tenders_no_delete BEFORE DELETE ON order_tenders BEGIN SELECT RAISE(ABORT, 'order_tenders is append-only'); END
;;
CREATE TRIGGER refunds_no_update BEFORE UPDATE ON refunds BEGIN SELECT RAISE(ABORT, 'refunds is append-only'); END
;;
CREATE TRIGGER refunds_no_delete BEFORE DELETE ON refunds BEGIN SELECT RAISE(ABORT, 'refunds is append-only'); END
;;
CREATE TRIGGER refund_lines_no_update BEFORE UPDATE ON refund_lines BEGIN SELECT RAISE(ABORT, 'refund_lines is append-only'); END
;;
CREATE TRIGGER refund_lines_no_delete BEFORE DELETE ON refund_lines BEGIN SELECT RAISE(ABORT, 'refund_lines is append-only'); END
;;
CREATE TRIGGER gift_card_movements_no_update BEFORE UPDATE ON gift_card_movements BEGIN SELECT RAISE(ABORT, 'gift_card_movements is append-only'); END
;;
CREATE TRIGGER gift_card_movements_no_delete BEFORE DELETE ON gift_card_movements BEGIN SELECT RAISE(ABORT, 'gift_card_movements is append-only'); END
;;
CREATE TRIGGER orders_no_update BEFORE UPDATE OF tenant, id, basket_id, reference, receipt_number, receipt_counter, device, captured_at, business_date, currency, subtotal, discount, tax, total, customer_id, cashier, shift_id, body ON orders BEGIN SELECT RAISE(ABORT, 'orders are frozen'); END
;;
CREATE TRIGGER orders_no_delete BEFORE DELETE ON orders BEGIN SELECT RAISE(ABORT, 'orders are frozen'); END
;;
CREATE TRIGGER outbox_no_delete BEFORE DELETE ON outbox BEGIN SELECT RAISE(ABORT, 'outbox rows are kept'); END
;;
CREATE TRIGGER outbox_identity
BEFORE UPDATE OF kind, connection_id, object_id, key, created_at ON outbox
BEGIN SELECT RAISE(ABORT, 'outbox rows keep their identity'); END
;;
CREATE TRIGGER outbox_first_event AFTER INSERT ON outbox
BEGIN INSERT INTO outbox_events (tenant, outbox_id, at, from_state, to_state, reason_code)
VALUES (NEW.tenant, NEW.id, NEW.created_at, '', NEW.state, NEW.reason_code); END
;;
CREATE TRIGGER gift_card_balance AFTER INSERT ON gift_card_movements
BEGIN UPDATE gift_cards SET balance = balance + NEW.amount WHERE id = NEW.card_id; END
;;
CREATE VIRTUAL TABLE product_search USING fts5(
  title, codes, category, options, tokenize = 'unicode61 remove_diacritics 2', prefix = '1 2 3')
