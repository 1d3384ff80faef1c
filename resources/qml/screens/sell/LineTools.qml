import QtQuick
import QtQuick.Layouts
import "../../theme"
import "../../controls"

// What can be done to one line, in place.
ColumnLayout {
    id: tools
    property var line: ({})
    property var vm
    signal done

    spacing: 8
    RowLayout {
        Layout.leftMargin: 16
        Layout.rightMargin: 16
        spacing: 8
        Field {
            id: value
            Layout.fillWidth: true
            label: qsTr("Line discount")
            iconName: "tag-minus-outline"
            inputMethodHints: Qt.ImhFormattedNumbersOnly
            wrong: text !== "" && !/^[0-9]+([.,][0-9]+)?$/.test(text)
        }
        ActionButton { enabled: value.text && !value.wrong; text: "%"; tip: qsTr("Take off a percentage"); onClicked: { tools.vm.discount_line(tools.line.id, "percentage", value.text); tools.done() } }
        ActionButton { enabled: value.text && !value.wrong; text: tools.line.currency || ""; tip: qsTr("Take off an amount"); onClicked: { tools.vm.discount_line(tools.line.id, "fixed", value.text); tools.done() } }
    }
    RowLayout {
        Layout.leftMargin: 16
        Layout.rightMargin: 16
        Layout.bottomMargin: 12
        spacing: 8
        Field {
            id: note
            Layout.fillWidth: true
            iconName: "note-text-outline"
            label: qsTr("Note")
            text: tools.line.note || ""
            onAccepted: { tools.vm.set_note(tools.line.id, text); tools.done() }
        }
        Field {
            Layout.preferredWidth: Math.round(88 * Theme.scale)
            horizontalAlignment: TextInput.AlignRight
            inputMethodHints: Qt.ImhFormattedNumbersOnly
            label: tools.line.weighed ? qsTr("Weight") : qsTr("Quantity")
            text: tools.line.quantity || ""
            onAccepted: wrong = !tools.vm.set_quantity(tools.line.id, text)
        }
        ActionButton { iconName: "information-outline"; tip: qsTr("About the product"); visible: !!tools.line.product_id; Accessible.name: tip; onClicked: app.sell.inspect(tools.line.product_id) }
        ActionButton { iconName: "pencil-outline"; tip: qsTr("Other price"); Accessible.name: tip; onClicked: { tools.vm.price.open(tools.line); tools.done() } }
        ActionButton { iconName: "trash-can-outline"; shortcut: "Del"; tip: qsTr("Remove the line"); variant: "danger"; Accessible.name: tip; onClicked: tools.vm.remove(tools.line.id) }
    }
}
