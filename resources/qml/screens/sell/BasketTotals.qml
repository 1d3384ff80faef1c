import QtQuick
import QtQuick.Layouts
import "../../theme"
import "../../controls"

// Totals that explain themselves.
ColumnLayout {
    id: totals
    required property var vm
    spacing: 4

    component Sum: RowLayout {
        property string label: ""
        property real amount: 0
        property bool minus: false
        property color tint: Theme.soft
        Layout.fillWidth: true
        AppText { Layout.fillWidth: true; color: parent.tint; text: parent.label }
        MoneyText { amount: parent.amount; color: parent.tint === Theme.soft ? Theme.ink : parent.tint; currency: totals.vm.currency; font.weight: Font.Medium; minus: parent.minus }
    }
    Sum { amount: totals.vm.subtotal; label: qsTr("Subtotal") }
    Repeater {
        model: totals.vm.discounts
        Sum { required property var modelData; amount: modelData.amount; label: modelData.name; minus: true; tint: Theme.good }
    }
    Repeater {
        model: totals.vm.taxes
        Sum {
            required property var modelData
            amount: modelData.amount
            label: (fmt.locale, modelData.included ? qsTr("incl. %1 %2").arg(modelData.name).arg(fmt.percent(modelData.rate))
                                                   : qsTr("%1 %2").arg(modelData.name).arg(fmt.percent(modelData.rate)))
        }
    }
    RowLayout {
        Layout.fillWidth: true
        Layout.topMargin: 4
        AppText { Layout.fillWidth: true; font.pixelSize: Theme.title; strong: true; text: qsTr("Total") }
        MoneyText { amount: totals.vm.total; currency: totals.vm.currency; font.pixelSize: Theme.title; strong: true }
    }
    Repeater {
        model: totals.vm.gift_cards
        Sum { required property var modelData; amount: modelData.used; label: qsTr("Gift card %1").arg(modelData.masked); minus: true; visible: modelData.used > 0 }
    }
}
