import QtQuick
import QtQuick.Layouts
import "../../theme"
import "../../controls"

// The terminal gave no clear answer: a person looks at it, then everything else goes on.
Rectangle {
    id: settle
    required property var vm
    color: Theme.attentionSoft
    implicitHeight: inside.implicitHeight + 32
    radius: Theme.radius
    ColumnLayout {
        id: inside
        anchors { left: parent.left; margins: 16; right: parent.right; verticalCenter: parent.verticalCenter }
        spacing: 12
        RowLayout {
            spacing: 12
            Icon { color: Theme.attention; name: "help-circle-outline"; size: 28 }
            ColumnLayout {
                Layout.fillWidth: true
                spacing: 2
                AppText { Layout.fillWidth: true; strong: true; text: qsTr("Did the card payment go through?"); wrapMode: Text.Wrap }
                AppText { Layout.fillWidth: true; text: qsTr("The terminal gave no clear answer. Look at its display or its slip before you take anything else."); wrapMode: Text.Wrap }
            }
        }
        GridLayout {
            columnSpacing: 8
            columns: settle.width / Theme.scale > 460 ? 2 : 1
            rowSpacing: 8
            ActionButton { Layout.fillWidth: true; iconName: "check"; text: qsTr("Yes, it shows approved"); onClicked: settle.vm.settle(true) }
            ActionButton { Layout.fillWidth: true; iconName: "close"; text: qsTr("No, nothing was taken"); onClicked: settle.vm.settle(false) }
        }
    }
}
