import QtQuick
import QtQuick.Layouts
import "../../theme"
import "../../controls"

// What somebody saw at a platform that no program can ask: the order is there, or it is not and goes out anew.
ColumnLayout {
    id: form
    required property string rowId
    required property string target
    required property var vm
    // "" nothing asked yet, "there", "missing"
    property string asking: ""

    spacing: 8
    AppText { Layout.fillWidth: true; strong: true; text: qsTr("Look for the order at %1. Is it there?").arg(form.target); wrapMode: Text.Wrap }
    Flow {
        Layout.fillWidth: true
        spacing: 8
        visible: form.asking === ""
        ActionButton { iconName: "check-circle"; text: qsTr("It is there…"); onClicked: { form.asking = "there"; number.forceActiveFocus() } }
        ActionButton { iconName: "send-outline"; text: qsTr("It is not there: send it"); onClicked: { form.asking = "missing"; back.forceActiveFocus() } }
    }
    GridLayout {
        Layout.fillWidth: true
        columnSpacing: 8
        columns: width / Theme.scale > 520 ? 3 : 1
        visible: form.asking === "there"
        Field { id: number; Layout.fillWidth: true; iconName: "pound"; label: qsTr("Its number at %1").arg(form.target); onAccepted: if (found.enabled) found.click() }
        ActionButton { text: qsTr("Cancel"); variant: "quiet"; onClicked: form.asking = "" }
        ActionButton { id: found; enabled: number.text.trim() !== "" && !form.vm.busy; text: qsTr("Mark as sent"); variant: "primary"; onClicked: form.vm.settle(form.rowId, number.text) }
    }
    GridLayout {
        Layout.fillWidth: true
        columnSpacing: 8
        columns: width / Theme.scale > 620 ? 3 : 1
        visible: form.asking === "missing"
        AppText { Layout.fillWidth: true; text: qsTr("If it is there after all, it will be there twice. Send it?"); wrapMode: Text.Wrap }
        ActionButton { id: back; text: qsTr("Cancel"); onClicked: form.asking = "" }
        ActionButton { enabled: !form.vm.busy; text: qsTr("Yes, send it"); variant: "danger"; onClicked: form.vm.settle(form.rowId, "") }
    }
}
