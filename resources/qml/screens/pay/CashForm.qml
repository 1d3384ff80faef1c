import QtQuick
import QtQuick.Layouts
import "../../theme"
import "../../controls"

RowLayout {
    id: form
    readonly property var vm: app.pay
    readonly property real given: vm.entered || vm.due

    spacing: 24
    NumberPad {
        Layout.alignment: Qt.AlignTop
        Layout.fillWidth: true
        Layout.maximumWidth: 420
        keyHeight: form.height > 460 ? 84 : 64
        onPressed: key => form.vm.press(key)
    }
    ColumnLayout {
        Layout.alignment: Qt.AlignTop
        Layout.fillWidth: true
        Layout.preferredWidth: 240
        spacing: 8
        AppText { muted: true; text: qsTr("Cash given") }
        MoneyText { Layout.fillWidth: true; amount: form.given; currency: form.vm.currency; font.pixelSize: Theme.display; fontSizeMode: Text.HorizontalFit; strong: true }
        GridLayout {
            Layout.fillWidth: true
            columnSpacing: 8
            columns: 2
            rowSpacing: 8
            uniformCellWidths: true
            Repeater {
                model: form.vm.quick
                ActionButton {
                    required property var modelData
                    Layout.fillWidth: true
                    text: (fmt.locale, fmt.money(modelData, form.vm.currency))
                    onClicked: form.vm.enter(modelData)
                }
            }
        }
        RowLayout {
            Layout.topMargin: 8
            visible: form.given > form.vm.due
            AppText { Layout.fillWidth: true; strong: true; text: qsTr("Change") }
            MoneyText { amount: form.given - form.vm.due; currency: form.vm.currency; font.pixelSize: Theme.title; strong: true }
        }
        RowLayout {
            Layout.topMargin: 8
            visible: form.given < form.vm.due
            AppText { Layout.fillWidth: true; muted: true; text: qsTr("Still to pay after this") }
            MoneyText { amount: form.vm.due - form.given; currency: form.vm.currency; font.pixelSize: Theme.title }
        }
        ActionButton {
            Layout.fillWidth: true
            Layout.preferredHeight: Theme.payTouch
            Layout.topMargin: 8
            enabled: !form.vm.busy && form.vm.due > 0
            font.pixelSize: Theme.title
            text: form.given < form.vm.due ? qsTr("Take this part") : qsTr("Take cash")
            variant: "primary"
            onClicked: form.vm.take({})
        }
    }
}
