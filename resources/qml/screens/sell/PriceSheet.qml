import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import "../../theme"
import "../../controls"

// Another price for one line, approved by a person with their PIN.
Sheet {
    id: sheet
    required property var vm
    readonly property var line: vm.line
    readonly property bool ready: price.text !== "" && !price.wrong && vm.approver !== "" && pin.text.length >= 4

    subtitle: (fmt.locale, line.title ? qsTr("%1, now %2 each").arg(line.title).arg(fmt.money(line.unit_price, line.currency)) : "")
    title: qsTr("Other price")
    visible: vm.opened
    onOpened: { price.clear(); pin.clear(); price.forceActiveFocus() }
    onClosed: vm.close()

    Field {
        id: price
        Layout.fillWidth: true
        iconName: "pencil-outline"
        inputMethodHints: Qt.ImhFormattedNumbersOnly
        label: qsTr("New price for one, in %1").arg(sheet.line.currency || "")
        wrong: text !== "" && !/^[0-9]+([.,][0-9]{1,3})?$/.test(text)
    }
    AppText { Layout.fillWidth: true; Layout.topMargin: 8; strong: true; text: qsTr("Who approves it?") }
    ApproverList { Layout.fillWidth: true; chosen: sheet.vm.approver; people: sheet.vm.people; onPicked: id => { sheet.vm.choose(id); pin.forceActiveFocus() } }
    Field {
        id: pin
        Layout.fillWidth: true
        echoMode: TextInput.Password
        enabled: sheet.vm.approver !== ""
        iconName: "lock-outline"
        inputMethodHints: Qt.ImhDigitsOnly
        label: qsTr("Their PIN")
        maximumLength: 8
        onAccepted: if (sheet.ready) approve.click()
    }
    Refusal { Layout.fillWidth: true; refusal: sheet.vm.refusal }
    ActionButton {
        id: approve
        Layout.fillWidth: true
        Layout.preferredHeight: 64
        enabled: sheet.ready && !sheet.vm.busy
        text: sheet.vm.busy ? qsTr("Checking…") : qsTr("Approve the price")
        variant: "primary"
        onClicked: { sheet.vm.approve(price.text, pin.text); pin.clear() }
    }
    AppText { Layout.fillWidth: true; font.pixelSize: Theme.small; muted: true; text: qsTr("Who approved it is kept with the sale."); wrapMode: Text.Wrap }
    Item { Layout.fillHeight: true }
}
