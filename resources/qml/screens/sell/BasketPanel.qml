import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import "../../theme"
import "../../controls"

Rectangle {
    id: panel
    required property var vm
    // Large letters on a small screen: the sums scroll with the goods, the amount to pay stays on the button.
    readonly property bool tight: height / Theme.scale < (counter.visible ? 640 : 500)
    // Meters that would take the goods' place scroll with them; the fullest is then told beside the age.
    readonly property real metersHeight: ((vm.law.meters || []).length * 66 + (vm.law.allotments || []).length * 52) * Theme.scale
    readonly property bool metersFit: metersHeight < height * 0.13 && !tight
    signal customerWanted
    signal parkedWanted

    color: Theme.surface
    Rectangle { color: Theme.line; height: parent.height; width: 1 }
    ColumnLayout {
        anchors { fill: parent; leftMargin: 1 }
        spacing: 0
        RowLayout {
            Layout.leftMargin: 12
            Layout.rightMargin: 8
            Layout.topMargin: 12
            Layout.bottomMargin: 12
            spacing: 4
            ActionButton {
                Layout.fillWidth: true
                wraps: !panel.vm.customer.id
                iconName: panel.vm.customer.id ? "account-check-outline" : "account-plus-outline"
                shortcut: "F4"
                text: panel.vm.customer.name || qsTr("Add customer")
                tip: panel.vm.customer.detail || qsTr("Customer")
                onClicked: panel.customerWanted()
            }
            IconButton { enabled: panel.vm.lines.count > 0; iconName: "pause-circle-outline"; shortcut: "F8"; text: qsTr("Park the basket"); onClicked: panel.vm.park("") }
            IconButton {
                badge: panel.vm.parked.length > 0 ? panel.vm.parked.length : ""
                iconName: "tray-arrow-up"
                shortcut: "F9"
                text: qsTr("Parked baskets")
                onClicked: panel.parkedWanted()
            }
            IconButton { enabled: panel.vm.lines.count > 0; iconName: "cart-remove"; text: qsTr("Empty the basket"); onClicked: panel.vm.clear() }
        }
        CounterRow { id: counter; Layout.bottomMargin: 12; Layout.fillWidth: true; Layout.leftMargin: 12; Layout.rightMargin: 12; summary: !panel.metersFit; vm: panel.vm }
        Rectangle { Layout.fillWidth: true; color: Theme.line; implicitHeight: 1 }
        ListView {
            id: lines
            Layout.fillHeight: true
            Layout.fillWidth: true
            boundsBehavior: Flickable.StopAtBounds
            clip: true
            model: panel.vm.lines
            delegate: BasketLine { vm: panel.vm; width: lines.width }
            footer: Column {
                width: lines.width
                BasketAnswers { vm: panel.vm; width: parent.width }
                LimitsMeter { visible: !panel.metersFit; vm: panel.vm; width: parent.width - 32; x: 16 }
                BasketTotals { visible: panel.tight && panel.vm.lines.count > 0; vm: panel.vm; width: parent.width - 32; x: 16 }
                Item { height: 12; width: 1 }
            }
            property int before: 1000
            onCountChanged: { if (count > before) Qt.callLater(positionViewAtIndex, count - 1, ListView.Contain); before = count }
            ScrollBar.vertical: ScrollBar { }
            EmptyState {
                anchors.centerIn: parent
                detail: qsTr("Scan a barcode or tap a product.")
                iconName: "basket-outline"
                title: qsTr("The basket is empty")
                visible: lines.count === 0
                width: parent.width - 64
            }
        }
        Refusal { Layout.fillWidth: true; Layout.leftMargin: 16; Layout.rightMargin: 16; Layout.bottomMargin: 8; closable: true; refusal: panel.vm.failure; onClosed: panel.vm.forgive() }
        Rectangle { Layout.fillWidth: true; color: Theme.line; implicitHeight: 1 }
        LimitsMeter { Layout.fillWidth: true; Layout.leftMargin: 16; Layout.rightMargin: 16; Layout.topMargin: 10; visible: panel.metersFit && panel.metersHeight > 0; vm: panel.vm }
        RowLayout {
            Layout.leftMargin: 16
            Layout.rightMargin: 16
            Layout.topMargin: 12
            spacing: 8
            Field {
                id: code
                Layout.fillWidth: true
                enabled: panel.vm.lines.count > 0
                iconName: "tag-outline"
                label: qsTr("Discount code")
                onAccepted: { panel.vm.apply_code(text); clear() }
            }
            Field {
                id: card
                Layout.fillWidth: true
                enabled: panel.vm.lines.count > 0
                iconName: "gift-outline"
                label: qsTr("Gift card")
                onAccepted: { panel.vm.apply_gift_card(text); clear() }
            }
        }
        BasketTotals { Layout.bottomMargin: 0; Layout.fillWidth: true; Layout.leftMargin: 16; Layout.rightMargin: 16; Layout.topMargin: 12; visible: !panel.tight; vm: panel.vm }
        ActionButton {
            id: pay
            Layout.fillWidth: true
            Layout.leftMargin: 16
            Layout.rightMargin: 16
            Layout.bottomMargin: 16
            Layout.topMargin: 12
            Layout.preferredHeight: Theme.payTouch
            enabled: panel.vm.lines.count > 0
            font.pixelSize: Theme.title
            shortcut: "F12"
            text: qsTr("Pay")
            trailing: panel.vm.lines.count > 0 ? (fmt.locale, fmt.money(panel.vm.due, panel.vm.currency)) : ""
            variant: "primary"
            onClicked: app.go("pay")
        }
    }
}
