import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import "../../theme"
import "../../controls"

Sheet {
    id: sheet
    required property var vm
    subtitle: qsTr("Search by name, phone or e-mail.")
    title: qsTr("Customer")
    onOpened: { words.clear(); vm.find_people(""); words.forceActiveFocus() }

    Field { id: words; Layout.fillWidth: true; iconName: "account-search-outline"; label: qsTr("Name, phone or e-mail"); onTextEdited: sheet.vm.find_people(text) }
    ListRow {
        Layout.fillWidth: true
        chosen: true
        detail: sheet.vm.customer.detail || ""
        iconName: "account-check-outline"
        title: sheet.vm.customer.name || ""
        visible: !!sheet.vm.customer.id
        trailing: ActionButton { text: qsTr("Remove"); onClicked: { sheet.vm.set_customer(""); sheet.close() } }
    }
    ListView {
        id: list
        Layout.fillHeight: true
        Layout.fillWidth: true
        clip: true
        model: sheet.vm.people
        delegate: ListRow {
            required property var modelData
            detail: modelData.detail
            iconName: "account-outline"
            title: modelData.name
            width: list.width
            onClicked: { sheet.vm.set_customer(modelData.id); sheet.close() }
        }
        EmptyState { anchors.centerIn: parent; iconName: "account-question-outline"; title: qsTr("Nobody found"); visible: list.count === 0 && words.text; width: parent.width - 48 }
    }
}
