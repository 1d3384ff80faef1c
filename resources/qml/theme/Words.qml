pragma Singleton
import QtQuick

// The words of every code that the view models hand out.
QtObject {
    // What `reason` has words for; anything else is shown in the words of the error.
    readonly property var knownCodes: [
        "unavailable", "offline", "rate_limited", "unknown", "signed_out", "revoked", "permission", "rejected",
        "conflict", "not_found", "unsupported", "waits_for", "expired", "not_started", "used_up", "minimum",
        "not_applicable", "device", "key_wrong", "orders_waiting", "no_phone", "read_back", "not_there_yet", "incomplete", "unknown_too_often",
        "no_printer", "no_mail", "not_allowed",
        "wrong_pin", "locked_out", "wrong_address", "starting", "parked", "restored", "no_such_code", "inactive", "cannot_look_up",
        "above_maximum", "too_few", "not_for_customer", "not_combinable", "empty_card", "no_split", "issued_elsewhere", "not_while_offline"
    ]
    function tender(kind) {
        switch (kind) {
        case "cash": return qsTr("Cash")
        case "card": return qsTr("Card terminal")
        case "gift_card": return qsTr("Gift card")
        default: return qsTr("Other")
        }
    }
    function tenderIcon(kind) {
        return kind === "cash" ? "cash" : kind === "card" ? "credit-card-outline"
             : kind === "gift_card" ? "gift-outline" : "dots-horizontal-circle-outline"
    }
    function role(code) {
        switch (code) {
        case "owner": return qsTr("Owner")
        case "manager": return qsTr("Manager")
        case "supervisor": return qsTr("Supervisor")
        case "cashier": return qsTr("Cashier")
        default: return code
        }
    }
    function outbox(state) {
        switch (state) {
        case "done": return qsTr("Confirmed")
        case "ready": return qsTr("Waiting")
        case "leased": return qsTr("Sending")
        case "unknown": return qsTr("Checking")
        case "blocked": return qsTr("Held back")
        case "rejected": return qsTr("Refused")
        case "parked": return qsTr("Set aside")
        case "waiting_there": return qsTr("Waits there")
        case "look_there": return qsTr("Look there")
        default: return state
        }
    }
    function outboxMeaning(state) {
        return state === "done" ? "good" : state === "rejected" || state === "look_there" ? "problem"
             : state === "unknown" || state === "blocked" || state === "waiting_there" ? "attention" : ""
    }
    function outboxIcon(state) {
        switch (state) {
        case "done": return "check-circle"
        case "leased": return "cloud-upload-outline"
        case "unknown": return "cloud-search-outline"
        case "blocked": return "pause-circle-outline"
        case "rejected": return "alert-octagon"
        case "parked": return "tray-arrow-down"
        case "waiting_there": return "qrcode"
        case "look_there": return "eye-outline"
        default: return "clock-outline"
        }
    }
    function reason(code) {
        switch (code) {
        case "": return ""
        case "unavailable": return qsTr("The system could not be reached.")
        case "offline": return qsTr("There is no network.")
        case "rate_limited": return qsTr("The system asked us to slow down.")
        case "unknown": return qsTr("No answer came back. It may have arrived.")
        case "signed_out": return qsTr("The system does not accept our sign-in.")
        case "revoked": return qsTr("Access was withdrawn at the system.")
        case "permission": return qsTr("A permission is missing at the system.")
        case "rejected": return qsTr("The system refused the order as it is.")
        case "conflict": return qsTr("It was changed on the other side.")
        case "not_found": return qsTr("The system does not know it.")
        case "unsupported": return qsTr("The system cannot do this.")
        case "waits_for": return qsTr("An earlier order goes first.")
        case "expired": return qsTr("It has expired.")
        case "not_started": return qsTr("It is not valid yet.")
        case "used_up": return qsTr("It has been used up.")
        case "minimum": return qsTr("The basket is below the minimum.")
        case "not_applicable": return qsTr("Nothing in the basket qualifies.")
        case "device": return qsTr("The printer did not answer.")
        case "key_wrong": return qsTr("The key is wrong.")
        case "orders_waiting": return qsTr("Orders still wait for this system.")
        case "no_phone": return qsTr("Messaging is not connected.")
        case "no_printer": return qsTr("No printer is connected.")
        case "no_mail": return qsTr("E-mail is not set up.")
        case "not_allowed": return qsTr("A manager has to approve this.")
        case "wrong_pin": return qsTr("That PIN is not right.")
        case "locked_out": return qsTr("Too many wrong tries.")
        case "wrong_address": return qsTr("There is no such system at this address.")
        case "starting": return qsTr("Not reached yet.")
        case "parked": return qsTr("A person set it aside.")
        case "read_back": return qsTr("Sent; it is read back to be sure.")
        case "not_there_yet": return qsTr("Not there yet; it is looked up once more before it is sent.")
        case "incomplete": return qsTr("It is there but not finished yet.")
        case "unknown_too_often": return qsTr("Nobody could tell whether it arrived: look at the system.")
        case "restored": return qsTr("A backup was restored: it is looked up first.")
        case "cannot_look_up": return qsTr("No answer came back, and only a person can look whether it is there.")
        case "no_such_code": return qsTr("Nobody knows this code.")
        case "inactive": return qsTr("It is not active.")
        case "above_maximum": return qsTr("The basket is above the maximum.")
        case "too_few": return qsTr("There are too few articles for it.")
        case "not_for_customer": return qsTr("It is not for this customer.")
        case "not_combinable": return qsTr("It does not go with another discount.")
        case "empty_card": return qsTr("Nothing is left on it.")
        case "no_split": return qsTr("A connected system takes one payment only.")
        case "issued_elsewhere": return qsTr("Cards are sold at the system itself.")
        case "not_while_offline": return qsTr("Switched off in the settings.")
        default: return qsTr("It did not work (%1).").arg(code)
        }
    }
    function known(code) {
        return code !== "" && knownCodes.indexOf(code) >= 0
    }
    function nextStep(code) {
        switch (code) {
        case "": return ""
        case "wait": return qsTr("Nothing to do: it is tried again by itself.")
        case "settling": return qsTr("Nothing to do: we look it up before sending again.")
        case "sign_in": return qsTr("Sign in again under Systems.")
        case "fix_product": return qsTr("Match the product, then try again.")
        case "fix_customer": return qsTr("Correct the customer, then try again.")
        case "ask_manager": return qsTr("Ask a manager to decide.")
        case "check_key": return qsTr("Copy the key again from the system's settings page.")
        case "check_network": return qsTr("Check the network cable or the Wi-Fi, then test again.")
        case "grant_permission": return qsTr("Give the key the permission that is named, then test again.")
        case "check_address": return qsTr("Check the address, then test again.")
        case "choose_location": return qsTr("Fill in the location, then test again.")
        case "empty_queue": return qsTr("Empty the queue first, or set these orders aside.")
        default: return code
        }
    }
    function source(code, label) {
        return code === "cache" ? qsTr("from this till's memory") : label ? qsTr("checked at %1").arg(label)
                                                                          : qsTr("checked at the system")
    }
    function connection(state) {
        switch (state) {
        case "ok": return qsTr("Working")
        case "waiting": return qsTr("Catching up")
        case "offline": return qsTr("Not reachable")
        case "sign_in": return qsTr("Sign in again")
        default: return qsTr("Needs you")
        }
    }
    function connectionMeaning(state) {
        return state === "ok" ? "good" : state === "problem" || state === "sign_in" ? "problem" : "attention"
    }
    function connectionIcon(state) {
        switch (state) {
        case "ok": return "check-circle"
        case "waiting": return "clock-outline"
        case "offline": return "cloud-off-outline"
        case "sign_in": return "key-alert-outline"
        default: return "alert-octagon"
        }
    }
    function kind(code) {
        switch (code) {
        case "pos": return qsTr("POS")
        case "shop": return qsTr("Online shop")
        case "messaging": return qsTr("Messages")
        case "analytics": return qsTr("Analytics")
        default: return code
        }
    }
    function capability(code, value) {
        switch (code) {
        case "split_tender": return qsTr("Split payments")
        case "cart_discounts": return qsTr("Discounts on the whole order")
        case "refunds": return qsTr("Refunds")
        case "gift_cards": return qsTr("Gift cards")
        case "webhooks": return qsTr("News at once (webhooks)")
        case "stock": return qsTr("Stock both ways")
        case "history": return qsTr("Order history: %1").arg(value)
        case "places_orders": return qsTr("Orders that nobody has to confirm there")
        case "takes_payments": return qsTr("Payments along with the order")
        case "gift_cards_balance_only": return qsTr("Gift cards: the balance only")
        default: return code
        }
    }
    function decision(code, n) {
        switch (code) {
        case "rejected_orders": return qsTr("%n order(s) refused", "", n)
        case "sign_in": return qsTr("%n system(s) to sign in to again", "", n)
        case "conflicts": return qsTr("%n conflict(s) to settle", "", n)
        case "unmatched": return qsTr("%n product(s) without a match", "", n)
        default: return code
        }
    }
    function order(state) {
        switch (state) {
        case "done": return qsTr("Confirmed")
        case "kept": return qsTr("Kept here")
        case "rejected": return qsTr("Needs you")
        default: return qsTr("On its way")
        }
    }
    function step(code, label) {
        switch (code) {
        case "captured": return qsTr("Sold")
        case "leased": return qsTr("Sent to %1").arg(label)
        case "ready": return qsTr("Waits for %1").arg(label)
        case "unknown": return qsTr("Checking at %1").arg(label)
        case "waiting_there": return qsTr("Waits to be finished at %1").arg(label)
        case "blocked": return qsTr("Held back from %1").arg(label)
        case "rejected": return qsTr("%1 refused it").arg(label)
        case "done": return qsTr("Confirmed by %1").arg(label)
        case "refunded": return qsTr("Given back")
        default: return label
        }
    }
    function stepIcon(code) {
        return code === "captured" ? "cash-register" : code === "refunded" ? "keyboard-return" : outboxIcon(code)
    }
}
