import QtQuick
import "../theme"

// An amount of minor units: tabular figures, right aligned.
AppText {
    property real amount: 0
    property string currency: ""
    property bool minus: false

    text: (fmt.locale, currency ? (minus ? "−" : "") + fmt.money(amount, currency) : "")
    font.weight: strong ? Font.Bold : Font.DemiBold
    horizontalAlignment: Text.AlignRight
    elide: Text.ElideNone
}
