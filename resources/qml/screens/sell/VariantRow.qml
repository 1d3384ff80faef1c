import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import "../../theme"
import "../../controls"

// One kind of a product: price, stock, what may be weighed off, prices by weight, its lots.
ColumnLayout {
    id: kind
    required property var row
    required property var vm
    property string typed: ""
    readonly property string problem: row.weighed && typed !== "" ? vm.weight_problem(row.id, typed) : ""
    readonly property bool ready: !row.weighed || (typed !== "" && problem === "")
    signal tierChosen(string quantity)

    function takeFocus() { choice.forceActiveFocus() }

    spacing: 8
    ItemDelegate {
        id: choice
        Layout.fillWidth: true
        enabled: kind.ready
        focusPolicy: Qt.StrongFocus
        implicitHeight: Math.max(64, inside.implicitHeight + 20)
        Accessible.name: kind.row.title + " " + price.text
        Keys.onReturnPressed: click()
        onClicked: kind.vm.take(kind.row.id, kind.row.weighed ? kind.typed.replace(",", ".") : "1")
        background: Card { color: choice.down ? Theme.pressed : choice.hovered ? Theme.sunken : Theme.surface; FocusRing { around: choice } }
        contentItem: RowLayout {
            id: inside
            spacing: 12
            ColumnLayout {
                Layout.fillWidth: true
                Layout.leftMargin: 8
                spacing: 2
                AppText { Layout.fillWidth: true; strong: true; text: kind.row.title; wrapMode: Text.Wrap }
                AppText {
                    Layout.fillWidth: true
                    color: kind.row.stock_state === "out" ? Theme.problem : Theme.soft
                    font.pixelSize: Theme.small
                    text: (fmt.locale, [kind.row.stock_state === "out" ? qsTr("Sold out") : kind.row.stock ? qsTr("%1 left").arg(fmt.quantity(kind.row.stock) + (kind.row.unit ? " " + kind.row.unit : "")) : "", kind.row.sku].filter(text => text).join(" · "))
                    visible: text
                    wrapMode: Text.Wrap
                }
            }
            AppText { id: price; Layout.rightMargin: 8; strong: true; text: (fmt.locale, kind.row.weighed ? qsTr("%1 / %2").arg(fmt.money(kind.row.price, kind.row.currency)).arg(kind.row.unit) : fmt.money(kind.row.price, kind.row.currency)) }
            Icon { Layout.rightMargin: 8; color: Theme.accent; name: "plus-circle-outline"; visible: kind.ready }
        }
    }
    AppText {
        Layout.fillWidth: true
        color: kind.problem ? Theme.problem : Theme.soft
        font.pixelSize: Theme.small
        strong: kind.problem !== ""
        text: {
            fmt.locale
            if (!kind.row.minimum)
                return ""
            const rule = qsTr("At least %1 %3, in steps of %2 %3").arg(fmt.quantity(kind.row.minimum)).arg(fmt.quantity(kind.row.increment)).arg(kind.row.unit)
            return kind.problem === "minimum" ? qsTr("Too little. %1").arg(rule) : kind.problem === "increment" ? qsTr("Not on a step. %1").arg(rule)
                 : kind.problem === "number" ? qsTr("This is no weight. %1").arg(rule) : rule
        }
        visible: text
        wrapMode: Text.Wrap
    }
    Flow {
        Layout.fillWidth: true
        spacing: 8
        visible: (kind.row.tiers || []).length > 0
        Repeater {
            model: kind.row.tiers || []
            ActionButton {
                required property var modelData
                text: (fmt.locale, qsTr("%1 %2 for %3").arg(fmt.quantity(modelData.quantity)).arg(kind.row.unit).arg(fmt.money(modelData.price, modelData.currency)))
                tip: kind.row.weighed ? qsTr("Take this weight") : ""
                onClicked: kind.tierChosen(modelData.quantity)
            }
        }
    }
    BatchList { Layout.bottomMargin: 8; Layout.fillWidth: true; rows: kind.row.batches || []; unit: kind.row.unit; visible: rows.length > 0 }
}
