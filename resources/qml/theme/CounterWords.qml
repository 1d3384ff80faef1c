pragma Singleton
import QtQuick

// The words of the counter's law, of products and of the rules for names.
QtObject {
    function category(code) {
        switch (code) {
        case "flower": return qsTr("flower")
        case "concentrate": return qsTr("concentrate")
        case "edible": return qsTr("edibles")
        case "liquid": return qsTr("liquids")
        case "topical": return qsTr("topicals")
        case "plant": return qsTr("plants")
        case "seed": return qsTr("seeds")
        default: return code
        }
    }
    // An amount of a category in its measure; `amount` is written already.
    function amount(amount, unit, code) {
        switch (unit) {
        case "mg_thc": return qsTr("%1 mg THC of %2").arg(amount).arg(category(code))
        case "piece": return qsTr("%1 %2", "a number of things").arg(amount).arg(category(code))
        default: return qsTr("%1 %2 of %3").arg(amount).arg(unit).arg(category(code))
        }
    }
    function period(visit, days) {
        return visit ? qsTr("at one visit") : days > 1 ? qsTr("in %n day(s)", "", days) : qsTr("a day")
    }
    function audience(code) {
        return code === "medical" ? qsTr("Patients") : qsTr("Adults")
    }
    function meterMeaning(state) {
        return state === "over" || state === "full" ? "problem" : state === "near" ? "attention" : "good"
    }
    function meterState(state) {
        return state === "over" ? qsTr("Too much") : state === "full" ? qsTr("Full") : state === "near" ? qsTr("Nearly full") : qsTr("Room left")
    }
    function age(row) {
        if (row.state === "checked")
            return row.needed > 0 ? qsTr("%1+ checked by %2").arg(row.needed).arg(row.by) : qsTr("Age checked by %1").arg(row.by)
        return row.state === "young" ? qsTr("Too young, under %1").arg(row.needed) : qsTr("Age not checked")
    }
    function ageMeaning(state) {
        return state === "checked" ? "good" : state === "young" ? "problem" : state === "missing" ? "attention" : ""
    }
    function ageIcon(state) {
        return state === "checked" ? "account-check-outline" : state === "young" ? "alert-octagon" : "card-account-details-outline"
    }
    function proof(code) {
        return code === "scanned" ? qsTr("licence scanned") : code === "known" ? qsTr("known customer") : qsTr("date of birth typed")
    }
    function strain(code) {
        switch (code) {
        case "indica": return qsTr("Indica")
        case "sativa": return qsTr("Sativa")
        case "hybrid": return qsTr("Hybrid")
        case "indica_dominant": return qsTr("Mostly indica")
        case "sativa_dominant": return qsTr("Mostly sativa")
        case "cbd": return qsTr("CBD")
        default: return code
        }
    }
    function potency(row) {
        const low = fmt.quantity(row.low), high = fmt.quantity(row.high)
        const range = low === high ? low : low + "–" + high
        return row.name + " " + range + (row.unit === "%" ? "\u00a0%" : " " + row.unit)
    }
    function step(code) {
        switch (code) {
        case "characters": return qsTr("Characters made plain")
        case "prefix": return qsTr("Prefix taken off")
        case "suffix": return qsTr("Suffix taken off")
        case "brand": return qsTr("Brand taken off")
        case "capitals": return qsTr("Capitals written as words")
        default: return code
        }
    }
}
