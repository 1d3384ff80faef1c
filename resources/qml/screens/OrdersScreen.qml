import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import "../theme"
import "../controls"
import "orders"

FocusScope {
    id: screen
    readonly property var vm: app.orders
    readonly property bool narrow: width / Theme.scale < 760
    readonly property bool chosen: !!vm.chosen.id

    RowLayout {
        anchors { fill: parent; margins: 24 }
        spacing: 24
        ColumnLayout {
            Layout.fillHeight: true
            Layout.fillWidth: true
            Layout.preferredWidth: 1
            spacing: 16
            visible: !screen.narrow || !screen.chosen
            ScreenHead { Layout.fillWidth: true; subtitle: qsTr("Today's first. Scan a receipt to open its order."); title: qsTr("Orders") }
            SearchField {
                Layout.fillWidth: true
                focus: true
                label: qsTr("Number, name or reference")
                onCleared: screen.vm.seek("")
                onTextEdited: screen.vm.seek(text)
            }
            Refusal { Layout.fillWidth: true; refusal: screen.vm.failure; closable: true; onClosed: screen.vm.forgive() }
            Card {
                Layout.fillHeight: true
                Layout.fillWidth: true
                ListView {
                    id: list
                    anchors { fill: parent; margins: 6 }
                    clip: true
                    model: screen.vm.rows
                    delegate: ListRow {
                        required property var model
                        chosen: screen.vm.chosen.id === model.id
                        detail: (fmt.locale, [fmt.day(model.at), model.customer || model.cashier].filter(text => text).join(" · "))
                        inset: 12
                        title: model.number
                        width: list.width
                        trailing: [
                            Badge { iconName: Words.outboxIcon(model.state); meaning: Words.outboxMeaning(model.state); text: Words.order(model.state); visible: model.state !== "done" },
                            MoneyText { amount: model.total; currency: model.currency; font.strikeout: model.refunded >= model.total && model.total > 0; strong: true }
                        ]
                        onClicked: screen.vm.choose(model.id)
                    }
                    ScrollBar.vertical: ScrollBar { }
                }
                EmptyState {
                    anchors.centerIn: parent
                    detail: screen.vm.words ? qsTr("Try the number on the receipt.") : qsTr("Sales show here the moment they are paid.")
                    iconName: "receipt-text-outline"
                    title: screen.vm.words ? qsTr("No order has “%1”").arg(screen.vm.words) : qsTr("No order yet")
                    visible: list.count === 0
                    width: Math.min(parent.width - 32, 360)
                }
            }
        }
        Card {
            Layout.fillHeight: true
            Layout.fillWidth: true
            Layout.preferredWidth: 1
            visible: !screen.narrow || screen.chosen
            EmptyState { anchors.centerIn: parent; detail: qsTr("What was sold, how it was paid, and how far it came."); iconName: "receipt-text-outline"; title: qsTr("Choose an order"); visible: !screen.chosen; width: Math.min(parent.width - 48, 320) }
            OrderDetail { anchors { fill: parent; margins: 20 } narrow: screen.narrow; visible: screen.chosen && !screen.vm.returning; vm: screen.vm }
            ReturnPanel { anchors { fill: parent; margins: 20 } visible: screen.chosen && screen.vm.returning; vm: screen.vm }
        }
    }
}
