import QtQuick
import QtQuick.Layouts
import "../../theme"
import "../../controls"

// Card by the external terminal, gift card, other: an amount and what proves it.
ColumnLayout {
    id: form
    readonly property var vm: app.pay
    readonly property real taken: vm.entered || vm.due
    readonly property bool ready: vm.kind === "card" ? reference.text !== "" && /^[0-9]{4}$/.test(lastFour.text)
                                                     : reference.text !== ""

    function detail() {
        return vm.kind === "card" ? { reference: reference.text, last_four: lastFour.text }
             : vm.kind === "gift_card" ? { code: reference.text } : { label: reference.text }
    }
    spacing: 12
    AppText {
        Layout.fillWidth: true
        muted: true
        text: form.vm.kind === "card" ? qsTr("Take the payment on the terminal, then write down what its slip says.")
            : form.vm.kind === "gift_card" ? qsTr("Scan or type the code of the card.")
                                           : qsTr("Say how it is paid: voucher, invoice, on account.")
        wrapMode: Text.Wrap
    }
    RowLayout {
        Layout.fillWidth: true
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
            AppText { muted: true; text: qsTr("Amount") }
            MoneyText { Layout.fillWidth: true; amount: form.taken; currency: form.vm.currency; font.pixelSize: Theme.display; fontSizeMode: Text.HorizontalFit; strong: true }
            Field {
                id: reference
                Layout.fillWidth: true
                Layout.topMargin: 8
                label: form.vm.kind === "card" ? qsTr("Reference on the slip") : form.vm.kind === "gift_card" ? qsTr("Gift card code") : qsTr("Way of paying")
            }
            Field {
                id: lastFour
                Layout.fillWidth: true
                inputMethodHints: Qt.ImhDigitsOnly
                label: qsTr("Last four digits")
                maximumLength: 4
                visible: form.vm.kind === "card"
                wrong: text !== "" && !/^[0-9]{1,4}$/.test(text)
            }
            ActionButton {
                Layout.fillWidth: true
                Layout.preferredHeight: Theme.payTouch
                Layout.topMargin: 8
                enabled: form.ready && !form.vm.busy && form.vm.due > 0
                font.pixelSize: Theme.title
                text: form.taken < form.vm.due ? qsTr("Take this part") : qsTr("Take payment")
                variant: "primary"
                onClicked: form.vm.take(form.detail())
            }
            ActionButton {
                Layout.fillWidth: true
                enabled: !form.vm.busy && form.vm.due > 0
                iconName: "help-circle-outline"
                text: qsTr("No clear answer")
                tip: qsTr("The terminal did not say whether the card was charged")
                variant: "quiet"
                visible: form.vm.kind === "card"
                onClicked: form.vm.take({ reference: reference.text, last_four: /^[0-9]{4}$/.test(lastFour.text) ? lastFour.text : "", unknown: true })
            }
        }
    }
    Item { Layout.fillHeight: true }
}
